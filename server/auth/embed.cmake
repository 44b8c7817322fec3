# The passwords that are tried first, as john-data lists them (public domain), put into the program.
set(jl_password_list /usr/share/john/password.lst)
set(jl_embedded_passwords ${CMAKE_CURRENT_BINARY_DIR}/embedded_passwords.c)
add_custom_command(OUTPUT ${jl_embedded_passwords}
  COMMAND ${CMAKE_COMMAND} -DOUT=${jl_embedded_passwords} -DIN=${jl_password_list} -P ${CMAKE_CURRENT_LIST_DIR}/embed_passwords.cmake
  DEPENDS ${jl_password_list} ${CMAKE_CURRENT_LIST_DIR}/embed_passwords.cmake VERBATIM)
list(APPEND sources ${jl_embedded_passwords})
