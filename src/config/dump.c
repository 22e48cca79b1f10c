/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <stdio.h>

#include "base/json_out.h"
#include "config/schema.h"
#include "config/value.h"

static const void *
member(const void *block, const struct rep_conf_item *it)
{
	return (const char *)block + it->offset;
}

static const char *
blocks(const struct rep_config *cfg, const struct rep_conf_section *s, size_t *n)
{
	const char *base = (const char *)cfg;

	*n = *(const size_t *)(const void *)(base + s->at_n);
	return *(const char *const *)(const void *)(base + s->at);
}

static void
line(struct rep_buf *out, const char *indent, const struct rep_conf_item *it, struct rep_str v)
{
	rep_buf_printf(out, "%s%s ", indent, it->name);
	rep_conf_write(out, v);
	rep_buf_addc(out, '\n');
}

/*
 * A list stands one value a line: a statement has at most REP_LEX_MAX_WORDS words. told: what is not set is a comment.
 */
static void
dump_item(struct rep_buf *out, const char *indent, const struct rep_conf_item *it,
    const void *block, bool told)
{
	const struct rep_config_list *list;
	char buf[REP_IP_TEXT];
	struct rep_str v;

	if (it->list) {
		list = member(block, it);
		for (size_t i = 0; i < list->n; i++)
			line(out, indent, it, list->v[i]);
	} else if (rep_conf_text(it, member(block, it), buf, sizeof buf, &v)) {
		line(out, indent, it, v);
	} else if (told) {
		rep_buf_printf(out, "# %s %s: %s\n", it->name, it->value, it->help);
	}
}

void
rep_config_dump_block(unsigned section, const void *block, struct rep_buf *out)
{
	const struct rep_conf_section *s = &rep_conf_schema[section];

	if (section != REP_CONF_TOP) {
		rep_buf_printf(out, "\n%s ", s->name);
		rep_conf_write(out, *(const struct rep_str *)block);
		rep_buf_add(out, REP_S(" {\n"));
	}
	for (size_t i = 0; i < s->n; i++)
		dump_item(out, section == REP_CONF_TOP ? "" : "\t", &s->items[i], block, false);
	if (section != REP_CONF_TOP)
		rep_buf_add(out, REP_S("}\n"));
}

void
rep_config_dump(const struct rep_config *cfg, struct rep_buf *out)
{
	const struct rep_conf_section *s = &rep_conf_schema[REP_CONF_TOP];
	const char *v;
	size_t n;

	for (size_t i = 0; i < s->n; i++)
		dump_item(out, "", &s->items[i], cfg, true);
	for (unsigned kind = REP_CONF_TOP + 1; kind < REP_CONF_SECTIONS; kind++) {
		s = &rep_conf_schema[kind];
		v = blocks(cfg, s, &n);
		for (size_t b = 0; b < n; b++, v += s->size)
			rep_config_dump_block(kind, v, out);
	}
}

static void
json_item(struct rep_json *j, const struct rep_conf_item *it, const void *block)
{
	const struct rep_config_list *list;
	char key[32], buf[REP_IP_TEXT];
	struct rep_str v;

	snprintf(key, sizeof key, "%s", it->name);
	for (char *p = key; *p != '\0'; p++)
		if (*p == '-')
			*p = '_';
	if (it->list) {
		list = member(block, it);
		rep_json_arr(j, key);
		for (size_t i = 0; i < list->n; i++)
			rep_json_str(j, NULL, list->v[i]);
		rep_json_end_arr(j);
	} else if (it->type == REP_CONF_YESNO) {
		rep_json_bool(j, key, *(const bool *)member(block, it));
	} else if (rep_conf_text(it, member(block, it), buf, sizeof buf, &v)) {
		rep_json_str(j, key, v);
	} else {
		rep_json_null(j, key);
	}
}

void
rep_config_dump_json(const struct rep_config *cfg, struct rep_buf *out)
{
	const struct rep_conf_section *s = &rep_conf_schema[REP_CONF_TOP];
	struct rep_json j;
	const char *v;
	size_t n;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	for (size_t i = 0; i < s->n; i++)
		json_item(&j, &s->items[i], cfg);
	for (s++; s < rep_conf_schema + REP_CONF_SECTIONS; s++) {
		v = blocks(cfg, s, &n);
		rep_json_arr(&j, s->plural);
		for (size_t b = 0; b < n; b++, v += s->size) {
			rep_json_obj(&j, NULL);
			rep_json_str(&j, "name", *(const struct rep_str *)(const void *)v);
			for (size_t i = 0; i < s->n; i++)
				json_item(&j, &s->items[i], v);
			rep_json_end_obj(&j);
		}
		rep_json_end_arr(&j);
	}
	rep_json_end_obj(&j);
}
