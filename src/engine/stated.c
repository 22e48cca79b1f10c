/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/stated.h"
#include "engine/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { LABELS_TOLD = 12, LIST_MAX = 2000 };

struct labels {
	uint32_t *v; /* owned; ascending, each once */
	size_t n, cap;
};

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Few labels, many observations: most are found, and the rare new one is sorted in. */
static enum rep_rc
on_observation(void *ctx, const struct rep_observation *o)
{
	struct labels *l = ctx;

	if (l->n > 0 && bsearch(&o->label, l->v, l->n, sizeof *l->v, by_number) != NULL)
		return REP_OK;
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : l->cap * 2;
		uint32_t *v = realloc(l->v, cap * sizeof *v);

		if (v == NULL)
			return REP_EMEM;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = o->label;
	qsort(l->v, l->n, sizeof *l->v, by_number);
	return REP_OK;
}

static void
no_label(const struct rep_session *s, const char *stated, const struct labels *l,
    const struct rep_names *names)
{
	char list[LIST_MAX] = "";
	size_t n = 0;

	for (size_t i = 0; i < l->n && i < LABELS_TOLD && n + 200 < sizeof list; i++) {
		struct rep_str name = rep_str_sub(rep_name(names, l->v[i]), 0, 100);

		n += (size_t)snprintf(
		    list + n, sizeof list - n, "%s%.*s", i > 0 ? ", " : "", REP_PR(name));
	}
	rep_session_say(s, REP_PROBLEM_INPUT,
	    "--source %s matches no label, so it was not used; the labels are: %s%s", stated, list,
	    l->n > LABELS_TOLD ? " and others" : "");
}

enum rep_rc
rep_stated_keep(const struct rep_session *s, struct rep_store *store, const char *const *stated,
    size_t n, struct rep_err *err)
{
	struct rep_names names = rep_store_names(store);
	struct labels l = { 0 };
	enum rep_rc rc = REP_OK;

	if (n > 0)
		rc = rep_store_observations(
		    store, REP_LEVEL_DAY, INT64_MIN / 2, INT64_MAX / 2, on_observation, &l, err);
	if (rc == REP_EMEM)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n && l.n > 0 && rc == REP_OK; i++) {
		struct rep_str name;
		struct rep_ip ip;
		bool used = false;

		if (!rep_wire_stated(stated[i], &name, &ip))
			continue;
		for (size_t k = 0; k < l.n && rc == REP_OK; k++) {
			struct rep_str label = rep_name(&names, l.v[k]);

			if (!rep_wire_names_label(name, label))
				continue;
			used = true;
			rc = rep_store_source(store, label, &ip, REP_KNOWN_STATED, 0, err);
		}
		if (!used)
			no_label(s, stated[i], &l, &names);
	}
	free(l.v);
	return rc;
}
