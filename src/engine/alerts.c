/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/alerts.h"

/* Where messages go. */
struct mailing {
	const struct rep_verdict_set *set;
	struct rep_news *news;
	const struct rep_str *channels;
	size_t channels_n;
	struct rep_outbox *box;
};

static size_t
place(const struct mailing *m, const struct rep_incident *i)
{
	return (size_t)(i - m->set->verdicts.incidents);
}

static bool
is_open(const struct mailing *m, uint64_t alert)
{
	const struct rep_outbox_alert *a = alert == 0 ? NULL : rep_outbox_alert(m->box, alert);

	return a != NULL && a->open;
}

static enum rep_rc
send(const struct mailing *m, uint64_t *alert, enum rep_alert_event event, struct rep_str title,
    struct rep_str text, struct rep_err *err)
{
	return rep_outbox_add(
	    m->box, alert, event, m->set->in.now_s, title, text, m->channels, m->channels_n, err);
}

/* Opens an alert, or goes on with the first that any of the incidents is in. */
static enum rep_rc
began(const struct mailing *m, const struct rep_alert_piece *p, struct rep_err *err)
{
	uint64_t alert = 0;
	enum rep_rc rc;

	for (size_t k = 0; k < p->n; k++) {
		uint64_t x = m->news->alert[place(m, p->group[k])];

		if (is_open(m, x) && (alert == 0 || x < alert))
			alert = x;
	}
	rc = send(
	    m, &alert, alert == 0 ? REP_ALERT_OPENED : REP_ALERT_UPDATED, p->title, p->text, err);
	for (size_t k = 0; k < p->n && rc == REP_OK; k++) {
		uint64_t *x = &m->news->alert[place(m, p->group[k])];

		*x = is_open(m, *x) ? *x : alert;
	}
	return rc;
}

/* Whether an incident of the alert is still trouble, or suspected. */
static bool
lives(const struct mailing *m, uint64_t alert)
{
	const struct rep_verdicts *v = &m->set->verdicts;

	for (size_t k = 0; k < v->incidents_n; k++)
		if (m->news->alert[k] == alert && v->incidents[k].life != REP_LIFE_OVER)
			return true;
	return false;
}

/* One message for each alert that the incidents are in: often one, for one piece may end several. */
static enum rep_rc
over(const struct mailing *m, const struct rep_alert_piece *p, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t k = 0; k < p->n && rc == REP_OK; k++) {
		uint64_t alert = m->news->alert[place(m, p->group[k])];
		bool before = false; /* the message of this alert is there already */

		for (size_t j = 0; j < k; j++)
			before = before || m->news->alert[place(m, p->group[j])] == alert;
		if (!before && is_open(m, alert))
			rc = send(m, &alert,
			    lives(m, alert) ? REP_ALERT_UPDATED : REP_ALERT_RESOLVED, p->title,
			    p->text, err);
	}
	return rc;
}

/* Incidents may go: they are forgotten with their mail, or are judged to be another one. */
static enum rep_rc
sweep(const struct mailing *m, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < m->box->alerts_n && rc == REP_OK; i++) {
		const struct rep_outbox_alert *a = &m->box->alerts[i];
		uint64_t n = a->n;

		if (a->open && !lives(m, n))
			rc = send(m, &n, REP_ALERT_RESOLVED,
			    rep_arena_printf(
				m->box->arena, "No longer seen: %.*s", REP_PR(a->title)),
			    REP_S("Nothing in the log shows this trouble any more.\n"), err);
	}
	return rc;
}

enum rep_rc
rep_alerts_put(const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_alert_piece *pieces, size_t n, const struct rep_str *channels,
    size_t channels_n, struct rep_outbox *box, struct rep_err *err)
{
	const struct mailing m = { set, news, channels, channels_n, box };
	enum rep_rc rc = REP_OK;

	for (size_t k = 0; k < n && rc == REP_OK; k++)
		rc = pieces[k].over ? over(&m, &pieces[k], err) : began(&m, &pieces[k], err);
	return rc != REP_OK ? rc : sweep(&m, err);
}
