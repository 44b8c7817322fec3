file(READ ${IN} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
file(WRITE ${OUT} "#include \"server/auth/common_passwords.h\"\nconst unsigned char jl_common_passwords[] = {${bytes}0};\nconst size_t jl_common_passwords_size = sizeof jl_common_passwords - 1;\n")
