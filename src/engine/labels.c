/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/labels.h"

#include "engine/small.h"

#include <stdlib.h>

struct counted {
	uint64_t n; /* of everything in its observations */
	uint32_t label;
	bool configured, together;
};

/* v is indexed by the number of the name. Returns how many labels there are. */
static size_t
count(const struct rep_observation *o, size_t n, struct counted *v, uint32_t names_n)
{
	size_t labels = 0;

	for (size_t i = 0; i < n; i++) {
		if (o[i].label >= names_n)
			continue;
		labels += v[o[i].label].n == 0 && o[i].count > 0;
		v[o[i].label].n += o[i].count;
	}
	return labels;
}

/* Those of the configuration first, then those that sent most. Among equals, those that came first. */
static int
by_weight(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	if (x->configured != y->configured)
		return x->configured ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->label < y->label ? -1 : x->label > y->label;
}

/* Marks in v, which is by number, the labels that are counted together. */
static enum rep_rc
choose(const struct rep_judge_in *in, const struct rep_config *cfg, struct counted *v,
    size_t labels, size_t *together, struct rep_err *err)
{
	struct counted *sorted = malloc(labels * sizeof *sorted);
	size_t n = 0;

	if (sorted == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for labels");
	for (uint32_t i = 0; i < in->names.n; i++) {
		if (v[i].n == 0)
			continue;
		v[i].label = i;
		v[i].configured = rep_config_source_for_label(cfg, rep_name(&in->names, i)) != NULL;
		sorted[n++] = v[i];
	}
	qsort(sorted, n, sizeof *sorted, by_weight);
	for (size_t i = REP_LABELS_JUDGED; i < n; i++)
		v[sorted[i].label].together = true;
	*together = n - REP_LABELS_JUDGED;
	free(sorted);
	return REP_OK;
}

static void
change(struct rep_observation *o, size_t n, const struct counted *v, uint32_t names_n, uint32_t to)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].label < names_n && v[o[i].label].together)
			o[i].label = to;
}

enum rep_rc
rep_labels_together(struct rep_judge_in *in, const struct rep_config *cfg,
    struct rep_observation *obs, size_t obs_n, struct rep_observation *recent, size_t recent_n,
    struct rep_arena *a, size_t *together, struct rep_err *err)
{
	uint32_t names_n = in->names.n, to;
	struct counted *v = calloc(names_n > 0 ? names_n : 1, sizeof *v);
	size_t labels;
	enum rep_rc rc = REP_OK;

	*together = 0;
	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for labels");
	if ((labels = count(obs, obs_n, v, names_n)) > REP_LABELS_JUDGED &&
	    (rc = choose(in, cfg, v, labels, together, err)) == REP_OK) {
		if ((to = rep_name_for_others(in, REP_OTHER_LABELS, a)) == 0)
			rc = rep_fail(err, REP_EMEM, "out of memory for labels");
		change(obs, obs_n, v, names_n, to);
		change(recent, recent_n, v, names_n, to);
	}
	free(v);
	return rc;
}

void
rep_labels_known(const struct rep_config *cfg, struct rep_sources *known, struct rep_str name,
    struct rep_label *l)
{
	const struct rep_config_source *cs = rep_config_source_for_label(cfg, name);
	const struct rep_ip *ip;
	bool fresh;

	if (cs != NULL && (!rep_str_ends(name, REP_S(REP_LABEL_IPV6)) || cs->public.version == 6)) {
		(void)rep_sources_add(known, name, &cs->public, REP_KNOWN_CONFIGURED, &fresh);
		l->tenancy_told = cs->tenancy != REP_TENANCY_UNKNOWN;
		l->own_range = cs->tenancy == REP_TENANCY_OWN;
	}
	if ((ip = rep_sources_public(known, name)) != NULL)
		l->public = *ip;
	l->pool = rep_sources_pool(known, name) || rep_str_eq(name, REP_OTHER_LABELS);
}
