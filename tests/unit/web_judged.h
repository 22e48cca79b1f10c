/*
 * unit/web_judged.h -- a world with trouble, and the verdicts on it: Microsoft refuses one of two sources since 20 hours, and
 * refused it before for a day; Google takes everything, small hosts too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_WEB_JUDGED_H
#define REP_TEST_WEB_JUDGED_H

#include "web_world.h"

static struct rep_know *judged_know;

static inline void
judged_fill(struct world *w)
{
	char to[48];

	begin(w);
	for (int h = 10 * 24; h > 0; h--)
		for (int k = 0; k < 12; k++) {
			int64_t at_s = T - h * (int64_t)HOUR + k * 290;
			bool bad = h <= 20 || (h > 100 && h <= 124);
			struct rep_fact f;

			snprintf(to, sizeof to, "p%d-%d@gmail.example", h, k);
			f = accepted(at_s, to);
			add(w, &f);
			f.label = REP_S("mx1/postfix/out-b");
			f.queue_id = REP_S("4F2");
			add(w, &f);
			snprintf(to, sizeof to, "p%d-%d@outlook.example", h, k);
			f = accepted(at_s + 1, to);
			f.provider = REP_S("microsoft-consumer");
			f.label = REP_S("mx1/postfix/out-b");
			add(w, &f);
			if (bad)
				f = refused(at_s + 2, to,
				    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent. Please "
				    "contact your Internet service provider since part of their network is on our "
				    "block list (S3140).");
			f.label = REP_S("mx1/postfix/out-a");
			f.queue_id = REP_S("4F3");
			add(w, &f);
		}
	{
		struct rep_ip ip;

		if (!rep_ip_parse(REP_S("192.0.2.10"), &ip))
			exit(1);
		NEED(rep_store_source(
		    w->s, REP_S("mx1/postfix/out-a"), &ip, REP_KNOWN_STATED, T, &err));
	}
	commit(w);
}

static inline void
judged_make(struct rep_api_world *v, struct rep_verdict_set *set, enum rep_depth depth)
{
	web_session.clock_s = T + 60;
	if (judged_know == NULL)
		NEED(rep_session_know(&web_session, &judged_know, &err));
	v->know = judged_know;
	NEED(rep_verdicts_make(&web_session, judged_know, v->store, depth, set, &err));
	v->set = set;
}

#endif
