/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/answers_data.h"
#include "cli/waiting_json.h"
#include "engine/verdicts.h"
#include "api/bounces.h"
#include "api/incidents.h"
#include "api/feeds.h"
#include "api/looks.h"
#include "api/metrics.h"
#include "api/notes.h"
#include "api/replies.h"
#include "api/series.h"
#include "api/strips.h"
#include "api/timeline.h"

enum { OUT_MAX = 32 << 20, UNJUDGED = -1 };

/* Each has its own question; what is given is read into it. */
#define ANSWER(name, parse, ask_of, json)                                           \
	static enum rep_rc name(struct rep_buf *out, const struct rep_api_world *w, \
	    const struct rep_param *v, size_t n, struct rep_err *err)               \
	{                                                                           \
		struct ask_of ask;                                                  \
		enum rep_rc rc = parse(v, n, &ask, err);                            \
                                                                                    \
		return rc != REP_OK ? rc : json(out, w, &ask, err);                 \
	}

ANSWER(bounces, rep_bounces_parse, rep_bounces_ask, rep_bounces_json)
ANSWER(incidents, rep_incidents_parse, rep_incidents_ask, rep_incidents_json)
ANSWER(looks, rep_looks_parse, rep_looks_ask, rep_looks_answer_json)
ANSWER(notes, rep_noted_parse, rep_noted_ask, rep_noted_json)
ANSWER(replies, rep_replies_parse, rep_replies_ask, rep_replies_json)
ANSWER(series, rep_series_parse, rep_series_ask, rep_series_json)
ANSWER(strips, rep_strips_parse, rep_strips_ask, rep_strips_json)
ANSWER(timeline, rep_timeline_parse, rep_timeline_ask, rep_timeline_json)

static enum rep_rc
feeds(struct rep_buf *out, const struct rep_api_world *w, const struct rep_param *v, size_t n,
    struct rep_err *err)
{
	enum rep_rc rc = rep_feeds_parse(v, n, err);

	return rc != REP_OK ? rc : rep_feeds_json(out, w, err);
}

/* No text of a request comes here. */
static enum rep_rc
metrics(struct rep_buf *out, const struct rep_api_world *w, const struct rep_param *v, size_t n,
    struct rep_err *err)
{
	(void)v;
	(void)n;
	return rep_metrics_text(out, w, err);
}

static const struct {
	enum rep_rc (*run)(struct rep_buf *out, const struct rep_api_world *w,
	    const struct rep_param *v, size_t n, struct rep_err *err);
	int depth; /* enum rep_depth, or UNJUDGED */
} answers[REP_RESOURCE_N] = {
	[REP_RESOURCE_INCIDENTS] = { incidents, REP_DEPTH_TOLD },
	[REP_RESOURCE_BOUNCES] = { bounces, UNJUDGED },
	[REP_RESOURCE_FEEDS] = { feeds, UNJUDGED },
	[REP_RESOURCE_LOOKS] = { looks, UNJUDGED },
	[REP_RESOURCE_METRICS] = { metrics, REP_DEPTH_STATE },
	[REP_RESOURCE_NOTES] = { notes, UNJUDGED },
	[REP_RESOURCE_REPLIES] = { replies, REP_DEPTH_NUMBERS },
	[REP_RESOURCE_TIMELINE] = { timeline, REP_DEPTH_TOLD },
	[REP_RESOURCE_WAITING] = { rep_waiting_json, REP_DEPTH_STATE },
	[REP_RESOURCE_SERIES] = { series, UNJUDGED },
	[REP_RESOURCE_STRIPS] = { strips, REP_DEPTH_STATE },
};

bool
rep_answers_data_has(enum rep_resource r)
{
	return answers[r].run != NULL;
}

static enum rep_rc
run(struct rep_cli *c, struct rep_store *store, enum rep_resource r, const struct rep_param *v,
    size_t n, struct rep_buf *b, struct rep_err *err)
{
	struct rep_verdict_set set = { 0 };
	struct rep_know *know = NULL;
	struct rep_api_world w = { .session = &c->session, .store = store, .arena = c->arena };
	bool judged = answers[r].depth != UNJUDGED;
	/* To read the rules takes longer than most answers that need none. */
	enum rep_rc rc = judged ? rep_session_know(&c->session, &know, err) : REP_OK;

	w.know = know;
	if (rc == REP_OK && judged)
		rc = rep_verdicts_make(
		    &c->session, know, store, (enum rep_depth)answers[r].depth, &set, err);
	w.set = judged ? &set : NULL;
	if (rc == REP_OK)
		rc = answers[r].run(b, &w, v, n, err);
	if (judged)
		rep_verdicts_free(&set);
	rep_know_free(know);
	return rc;
}

int
rep_answers_data(struct rep_cli *c, enum rep_resource r, const struct rep_params *p)
{
	struct rep_param v[REP_QUERY_N];
	struct rep_store *store = rep_cli_reading(c);
	struct rep_buf b;
	struct rep_err err;
	enum rep_rc rc;
	size_t n = 0;

	if (store == NULL)
		return c->worst;
	for (int i = 0; i < REP_QUERY_N; i++)
		if (p->v[i].p != NULL && i != REP_QUERY_WHO)
			v[n++] = (struct rep_param){ rep_str_c(rep_query_names[i]), p->v[i] };
	rep_buf_init(&b, OUT_MAX);
	rc = run(c, store, r, v, n, &b, &err);
	if (rc != REP_OK)
		(void)rep_cli_fail(c, rc == REP_EUSAGE ? REP_EXIT_USAGE : REP_EXIT_FAILED, &err);
	else if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	rep_store_close(store);
	return rc == REP_ENOTFOUND ? REP_ANSWER_NONE : c->worst;
}
