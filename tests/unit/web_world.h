/*
 * unit/web_world.h -- shared by the tests of the room web: a world with a store in memory, and what an answer holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_WEB_WORLD_H
#define REP_TEST_WEB_WORLD_H

#include "store_world.h"
#include "api/world.h"

#include <jansson.h>

static struct rep_config web_cfg;
static struct rep_session web_session = { .cfg = &web_cfg };

static inline struct rep_api_world
web_open(struct world *w, const char *name)
{
	struct rep_api_world v = { .session = &web_session };

	open_world(w, name, false, 0);
	v.store = w->s;
	if ((v.arena = rep_arena_new(256 << 20)) == NULL)
		exit(1);
	web_session.arena = v.arena;
	return v;
}

static inline void
web_close(struct world *w, struct rep_api_world *v)
{
	rep_arena_free(v->arena);
	rep_store_close(w->s);
}

/* An answer as a tree; NULL: it is no JSON. It ends with a line end, and nothing comes behind. */
static inline json_t *
web_tree(struct rep_buf *b)
{
	json_error_t e;
	json_t *j = json_loadb(b->p != NULL ? b->p : "", b->n, 0, &e);

	if (j == NULL)
		printf("#  %s at %d: %.*s\n", e.text, e.position, (int)(b->n < 300 ? b->n : 300),
		    b->p != NULL ? b->p : "");
	ok(j != NULL && b->n > 2 && b->p[b->n - 1] == '\n' && b->p[b->n - 2] == '}',
	    "one object and a line end");
	rep_buf_clear(b);
	return j;
}

/* "series.0.sum.attempts". NULL: there is no such thing. */
static inline json_t *
web_at(json_t *j, const char *path)
{
	char step[64];

	while (j != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		snprintf(step, sizeof step, "%.*s", (int)n, path);
		j = json_is_array(j) ? json_array_get(j, (size_t)strtoul(step, NULL, 10))
				     : json_object_get(j, step);
		path += n + (path[n] == '.');
	}
	return j;
}

static inline bool
web_int(json_t *j, const char *path, int64_t want)
{
	json_t *at = web_at(j, path);

	return ok(json_is_integer(at), "%s is a number", path) &&
	    is_int(json_integer_value(at), want, "%s", path);
}

static inline bool
web_str(json_t *j, const char *path, const char *want)
{
	json_t *at = web_at(j, path);

	return ok(json_is_string(at), "%s is a text", path) &&
	    is_str(rep_str_c(json_string_value(at)), want, "%s", path);
}

static inline bool
web_null(json_t *j, const char *path)
{
	json_t *at = web_at(j, path);

	return ok(at != NULL && json_is_null(at), "%s is null", path);
}

static inline bool
web_size(json_t *j, const char *path, size_t want)
{
	json_t *at = web_at(j, path);

	return ok(json_is_array(at), "%s is a list", path) &&
	    is_int((int64_t)json_array_size(at), (int64_t)want, "%s: items", path);
}

#endif
