/*
 * unit/test_too_many.c -- more than the judge looks at one by one: nothing is lost, and it says so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/ledger.h"
#include "story.h"

/* `n` streams of `domains` domains, each refused `count` times an hour for two hours. */
static const struct rep_incident *
streams_refused(struct story *s, unsigned n, unsigned domains, uint32_t count)
{
	begin(s);
	source(s, "a", "203.0.113.10");
	well(s, 0, 48, "a", MS, "x/news", 2000);
	for (unsigned k = 0; k < n; k++) {
		char text[40];

		snprintf(text, sizeof text, "d%u.example/s%u", k % domains, k);
		refused(s, 48, 50, "a", MS, text, S3140, count);
	}
	judge(s, 60);
	return incident(s, "a", MS, REP_TROUBLE_BLOCK);
}

static void
test_streams(void)
{
	const struct rep_lost_stream *rest;
	const struct rep_incident *i;
	struct rep_ledger l;
	struct story s;
	uint64_t sum = 0;

	i = streams_refused(&s, REP_STREAMS_TOLD + 44, 4, 3);
	if (!ok(i != NULL && i->streams_n == REP_STREAMS_TOLD + 1, "streams: a line each, and one"))
		return;
	for (size_t k = 0; k < i->streams_n; k++)
		sum += i->streams[k].bounced;
	rest = &i->streams[REP_STREAMS_TOLD];
	ok(sum == (REP_STREAMS_TOLD + 44) * 6, "streams: what was lost is the sum of the lines");
	ok(rest->stream == REP_OTHER_STREAMS && rest->bounced == 44 * 6,
	    "streams: the last line is of all others, however much they lost");
	ok(rep_str_eq(rep_lost_stream_text(&s.in.names, rest->stream), REP_S("(others)")),
	    "streams: and is called that");
	ok(i->too_many[REP_TOO_MANY_STREAMS], "streams: not all compared, and it says so");
	ok(rep_ledger(&s.v, i, arena, &l) && l.last.streams_n == REP_STREAMS_TOLD + 1 &&
		l.last.streams[REP_STREAMS_TOLD].stream == REP_OTHER_STREAMS &&
		l.last.streams[REP_STREAMS_TOLD].bounced == 44 * 6,
	    "streams: the ledger does the same");
	end(&s);
	i = streams_refused(&s, 40, 4, 3);
	ok(i != NULL && i->streams_n == 40 && !i->too_many[REP_TOO_MANY_STREAMS] &&
		!i->too_many[REP_TOO_MANY_DOMAINS],
	    "streams: few are told and compared, each");
	end(&s);
}

static void
test_domains(void)
{
	const struct rep_incident *i;
	struct story s;

	i = streams_refused(&s, 20, 9, 3);
	ok(i != NULL && i->too_many[REP_TOO_MANY_DOMAINS],
	    "domains: DNS of the ninth is not heard");
	end(&s);
	i = streams_refused(&s, 20, 8, 3);
	ok(i != NULL && !i->too_many[REP_TOO_MANY_DOMAINS], "domains: of eight all are");
	end(&s);
}

/* Rules that came once each, as many as you like, do not hide the one of most replies. */
static void
test_commonest(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	well(&s, 0, 48, "a", MS, "x/news", 50);
	for (unsigned k = 0; k < 200; k++)
		said(&s, 48, "a", MS, "x/news", REP_CLASS_BLOCKED, 1)->rule = 2000 + k;
	refused(&s, 49, 51, "a", MS, "x/news", S3140, 300);
	judge(&s, 52);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && rep_str_eq(rep_name(&s.in.names, i->rule), REP_S(S3140)),
	    "commonest: the rule of most replies, after 200 others");
	end(&s);
}

/* A point of the curve of a piece at which it tells something: where it tells nothing, it is not kept. */
static double
telling(enum rep_evidence_id id)
{
	const struct rep_weight *w = rep_weight(&weights, id);

	for (size_t k = 0; w != NULL && k < w->points && w->points > 1; k++)
		for (enum rep_cause c = REP_CAUSE_RANGE; c < REP_CAUSE_N; c++)
			if (w->ratio[c][k] < 0.999 || w->ratio[c][k] > 1.001)
				return w->at[k];
	return 1;
}

/* Every piece that there is, four times: each is kept three times and counted once more. */
static void
test_pieces(void)
{
	static struct rep_hearing h;
	struct rep_judge_in in = { 0 };
	struct rep_incident i = { 0 };
	bool fine = true;

	in.weights = &weights;
	h = (struct rep_hearing){ .in = &in, .i = &i, .a = arena };
	i.evidence = h.evidence;
	for (int again = 0; again <= REP_EVIDENCE_OF_ONE; again++)
		for (enum rep_evidence_id id = 0; id < REP_EVIDENCE_N; id++)
			if (rep_evidence_measures[id] != NULL)
				rep_hear_measured(&h, id, telling(id), REP_S("so"), REP_S("{}"));
			else
				rep_hear(&h, id, REP_S("so"), REP_S("{}"));
	ok(i.evidence_n == (size_t)REP_EVIDENCE_N * REP_EVIDENCE_OF_ONE,
	    "pieces: all %zu are heard, the 41st too", i.evidence_n);
	for (size_t n = 0; n < i.evidence_n; n++)
		fine =
		    fine && i.evidence[n].more == (n / REP_EVIDENCE_N == REP_EVIDENCE_OF_ONE - 1);
	ok(fine, "pieces: what is over is counted with the last of its name");
}

int
main(void)
{
	if (!story_open())
		return done();
	test_streams();
	test_domains();
	test_commonest();
	test_pieces();
	story_close();
	return done();
}
