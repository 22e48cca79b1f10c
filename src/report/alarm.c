/* SPDX-License-Identifier: Apache-2.0 */
#include "report/alarm.h"
#include "base/time.h"

unsigned
rep_alarm_day(const struct rep_alarm_asking *q, int64_t at_s)
{
	int64_t d = (at_s - q->base_s) / REP_DAY_S;

	return at_s < q->base_s ? 0 : d >= REP_ALARM_SPAN ? REP_ALARM_SPAN - 1 : (unsigned)d;
}

unsigned
rep_alarm_day_of(const struct rep_alarm_asking *q, int64_t begin_s, int64_t end_s)
{
	return rep_alarm_day(q, begin_s + (end_s - begin_s) / 2);
}

unsigned
rep_alarm_days(uint64_t bits)
{
	unsigned n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

bool
rep_alarm_recent(const struct rep_alarm_asking *q, int64_t since_s)
{
	return since_s >= q->now_s - REP_ALARM_RECENT_DAYS * (int64_t)REP_DAY_S;
}

/* Where there is no room, what begins takes the place of what can only go on. */
void
rep_alarm_add(struct rep_alarm_asking *q, const struct rep_report_alarm *x)
{
	struct rep_report_alarms *out = q->out;

	if (out->n < REP_ALARM_MAX) {
		out->v[out->n++] = *x;
		return;
	}
	for (size_t i = 0; x->begins && i < out->n; i++)
		if (!out->v[i].begins) {
			out->v[i] = *x;
			out->partial = true;
			return;
		}
	out->left_out += x->begins;
	out->partial = out->partial || !x->begins;
}

enum rep_rc
rep_report_alarms(const struct rep_reported *v, const struct rep_report_answer *is, int64_t now_s,
    struct rep_arena *a, struct rep_report_alarms *out, struct rep_err *err)
{
	struct rep_alarm_asking q = { .all = v,
		.is = is,
		.now_s = now_s,
		.base_s = now_s - now_s % REP_DAY_S - (REP_ALARM_SPAN - 1) * (int64_t)REP_DAY_S,
		.domain = is->rows_n > 0 ? v->rows[is->rows[0]].policy_domain : 0,
		.explained = rep_arena_alloc(a, (is->rows_n + 1) * sizeof *q.explained),
		.a = a,
		.out = out };

	*out =
	    (struct rep_report_alarms){ .v = rep_arena_alloc(a, REP_ALARM_MAX * sizeof *out->v) };
	if (out->v == NULL || q.explained == NULL ||
	    (is->rows_n > 0 &&
		(!rep_alarm_signatures(&q) || !rep_alarm_senders(&q) || !rep_alarm_new(&q) ||
		    !rep_alarm_forged(&q) || !rep_alarm_silent(&q))))
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", is->rows_n);
	return REP_OK;
}
