/* The server's settings: defaults, then the configuration file, then --name=value. Plain data, owned by main. */
#ifndef JL_OPS_SETTINGS_H
#define JL_OPS_SETTINGS_H
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/limits.h"

#define JL_SETTING_MAX 1024 /* bytes of a text */
struct jl_settings {
#define JL_TEXT(name, otherwise, reloadable, help) char name[JL_SETTING_MAX];
#define JL_NUMBER(name, unit, otherwise, minimum, maximum, reloadable, help) int64_t name;
#include "server/ops/settings.def"
#undef JL_TEXT
#undef JL_NUMBER
};
void jl_settings_defaults(struct jl_settings *ret_settings);
JL_MUST_CHECK bool jl_settings_set(struct jl_settings *s, const char *name, const char *value,
                                   struct jl_error *err); /* hyphens or underscores */
/* Lines "name = value", '#' comments. Errors name file and line. */
JL_MUST_CHECK bool jl_settings_read(struct jl_settings *s, const char *path, struct jl_error *err);
/* Fills what is derived (data directory, addresses) and checks what belongs together. */
JL_MUST_CHECK bool jl_settings_finish(struct jl_settings *s, struct jl_error *err);
void jl_settings_reload(struct jl_settings *s, const struct jl_settings *fresh); /* takes over the reloadable ones */
void jl_settings_help(struct jl_buffer *out);
void jl_settings_show(const struct jl_settings *s, struct jl_buffer *out); /* readable again as a configuration file; passwords masked */
/* The addresses of s->listen one by one: *cursor starts at 0; false with code OK at the end. */
struct jl_address;
bool jl_settings_next_address(const struct jl_settings *s, size_t *cursor, struct jl_address *ret_address, struct jl_error *err);
#endif
