/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/alerts.h"

/* Where messages go. */
struct mailing {
	const struct rep_verdict_set *set;
	struct rep_news *news;
	const struct rep_outbox_to *to;
	struct rep_outbox *box;
};

static size_t
place(const struct mailing *m, const struct rep_incident *i)
{
	return (size_t)(i - m->set->verdicts.incidents);
}

/* NULL: there is none that is open. */
static const struct rep_outbox_alert *
open_alert(const struct mailing *m, uint64_t n)
{
	const struct rep_outbox_alert *a = n == 0 ? NULL : rep_outbox_alert(m->box, n);

	return a != NULL && a->open ? a : NULL;
}

static enum rep_rc
send(const struct mailing *m, uint64_t *alert, enum rep_alert_event event, const char *before,
    struct rep_str title, struct rep_str text, struct rep_err *err)
{
	return rep_outbox_add(m->box, alert, event, before, title, text, m->to, err);
}

/* Whether every incident of a piece is news: then it is no more of what is known. */
static bool
all_news(const struct mailing *m, const struct rep_alert_piece *p)
{
	for (size_t k = 0; k < p->n; k++)
		if (m->news->of[place(m, p->group[k])] == REP_NEWS_NONE)
			return false;
	return true;
}

/* Opens an alert, or goes on with the first that any of the incidents is in. */
static enum rep_rc
began(const struct mailing *m, const struct rep_alert_piece *p, struct rep_err *err)
{
	const struct rep_outbox_alert *found = NULL;
	uint64_t alert;
	enum rep_rc rc;

	for (size_t k = 0; k < p->n; k++) {
		const struct rep_outbox_alert *x =
		    open_alert(m, m->news->alert[place(m, p->group[k])]);

		if (x != NULL && (found == NULL || x->n < found->n))
			found = x;
	}
	if (found != NULL && (found->acked || found->snoozed_s > m->to->now_s) && all_news(m, p))
		found = NULL;
	alert = found == NULL ? 0 : found->n;
	rc = send(m, &alert, found == NULL ? REP_ALERT_OPENED : REP_ALERT_UPDATED, p->before,
	    p->title, p->text, err);
	for (size_t k = 0; k < p->n && rc == REP_OK; k++) {
		uint64_t *x = &m->news->alert[place(m, p->group[k])];

		*x = found != NULL && open_alert(m, *x) != NULL ? *x : alert;
		m->news->told[place(m, p->group[k])] = true;
	}
	return rc;
}

/* Whether an incident of the alert is still trouble, or suspected, or its end is still to be told. */
static bool
lives(const struct mailing *m, uint64_t alert)
{
	const struct rep_verdicts *v = &m->set->verdicts;

	for (size_t k = 0; k < v->incidents_n; k++)
		if (m->news->alert[k] == alert &&
		    (rep_incident_open(&v->incidents[k]) ||
			(m->news->of[k] == REP_NEWS_OVER && !m->news->told[k])))
			return true;
	for (size_t k = 0; k < m->news->gone_n; k++)
		if (m->news->gone[k] == alert)
			return true;
	return false;
}

static enum rep_rc
over(const struct mailing *m, const struct rep_alert_piece *p, struct rep_err *err)
{
	uint64_t alert = m->news->alert[place(m, p->group[0])];

	for (size_t k = 0; k < p->n; k++)
		m->news->told[place(m, p->group[k])] = true;
	if (open_alert(m, alert) == NULL)
		return REP_OK;
	return send(m, &alert, lives(m, alert) ? REP_ALERT_UPDATED : REP_ALERT_RESOLVED, p->before,
	    p->title, p->text, err);
}

/* Incidents may go: they are forgotten with their mail, or are judged to be another one. */
static enum rep_rc
sweep(const struct mailing *m, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < m->box->alerts_n && rc == REP_OK; i++) {
		const struct rep_outbox_alert *a = &m->box->alerts[i];
		uint64_t n = a->n;

		if (a->open && !a->of_conditions && !lives(m, n))
			rc = send(m, &n, REP_ALERT_RESOLVED, "Closed: ", a->title,
			    REP_S(
				"No trouble of this alert is open any more. What is new has an alert "
				"of its own.\n"),
			    err);
	}
	return rc;
}

/* When the last message of an alert was made; INT64_MIN: none is there any more. */
static int64_t
told_s(const struct rep_outbox *box, uint64_t alert)
{
	for (size_t i = box->messages_n; i-- > 0;)
		if (box->messages[i].alert == alert)
			return box->messages[i].at_s;
	return INT64_MIN;
}

void
rep_alerts_busy(const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_outbox *box, int64_t now_s, int64_t together_s)
{
	news->busy_until_s = 0;
	for (size_t k = 0; k < set->verdicts.incidents_n; k++) {
		const struct rep_outbox_alert *a = rep_outbox_alert(box, news->alert[k]);
		int64_t at_s = a == NULL ? INT64_MIN : told_s(box, a->n);

		/* A message of the future: the clock was set. */
		news->busy[k] = a != NULL && a->open && !a->acked && a->snoozed_s <= now_s &&
		    at_s <= now_s && at_s > now_s - together_s;
		if (news->busy[k] &&
		    (news->busy_until_s == 0 || at_s + together_s < news->busy_until_s))
			news->busy_until_s = at_s + together_s;
	}
}

enum rep_rc
rep_alerts_put(const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_alert_piece *pieces, size_t n, const struct rep_outbox_to *to,
    struct rep_outbox *box, struct rep_err *err)
{
	struct mailing m = { .set = set, .news = news, .to = to, .box = box };
	enum rep_rc rc = REP_OK;

	/* Of a damaged outbox the last number may be lost: none is given again. */
	for (size_t k = 0; k < set->verdicts.incidents_n; k++)
		if (news->alert[k] > box->alerts_last)
			box->alerts_last = news->alert[k];
	for (size_t k = 0; k < n && rc == REP_OK; k++)
		rc = pieces[k].over ? over(&m, &pieces[k], err) : began(&m, &pieces[k], err);
	return rc != REP_OK ? rc : sweep(&m, err);
}
