# Puts the statements of sql/ and the migrations into the program: a table of {name, text} each, in name order.
file(GLOB jl_sql_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/sql/*.sql)
file(GLOB jl_migration_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql)
set(jl_embedded_sql ${CMAKE_CURRENT_BINARY_DIR}/embedded_sql.c)
add_custom_command(OUTPUT ${jl_embedded_sql}
  COMMAND ${CMAKE_COMMAND} -DOUT=${jl_embedded_sql} "-DSTATEMENTS=${jl_sql_files}" "-DMIGRATIONS=${jl_migration_files}"
          -P ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake
  DEPENDS ${jl_sql_files} ${jl_migration_files} ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake VERBATIM)
list(APPEND sources ${jl_embedded_sql})
