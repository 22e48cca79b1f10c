/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/starttls_msg.h"

void
rep_msg_put_starttls(
    struct rep_buf *out, enum rep_rc rc, const char *reason, const struct rep_starttls *s)
{
	size_t at = rep_msg_begin(out, REP_MSG_SHOWN, 0);

	rep_msg_put(out, (uint64_t)rc, 1);
	if (rc != REP_OK) {
		rep_msg_put_str(out, rep_str_c(reason));
		rep_msg_end(out, at);
		return;
	}
	rep_msg_put(out, (uint64_t)s->state, 1);
	rep_msg_put_str(out, s->why);
	rep_msg_put(out, s->trusted, 1);
	rep_msg_put(out, s->named, 1);
	rep_msg_put(out, s->in_time, 1);
	rep_msg_put(out, (uint64_t)s->until_s, 8);
	rep_msg_put_str(out, s->names);
	rep_msg_put(out, s->chain_n, 1);
	for (size_t i = 0; i < s->chain_n; i++) {
		rep_msg_put_str(out, s->chain[i].certificate);
		rep_msg_put_str(out, s->chain[i].key);
	}
	rep_msg_end(out, at);
}

static bool
flag(struct rep_msg_reader *r)
{
	uint64_t v = rep_msg_get(r, 1);

	r->bad = r->bad || v > 1;
	return v == 1;
}

static struct rep_str
text(struct rep_msg_reader *r, size_t max)
{
	struct rep_str s = rep_msg_get_str(r);

	r->bad = r->bad || s.n > max;
	return s;
}

/* Whether the values can be together. */
static bool
makes_sense(const struct rep_starttls *s)
{
	static const int64_t last_s = INT64_C(253402300799); /* the end of the year 9999 */

	if (s->state != REP_STARTTLS_ENCRYPTED)
		return s->why.n > 0 && s->chain_n == 0 && !s->trusted && !s->named && !s->in_time &&
		    s->names.n == 0 && s->until_s == 0;
	if (s->chain_n == 0 || s->until_s < 0 || s->until_s > last_s ||
	    (s->why.n == 0) != (s->trusted && s->named))
		return false;
	for (size_t i = 0; i < s->chain_n; i++)
		if (s->chain[i].certificate.n == 0 || s->chain[i].key.n == 0)
			return false;
	return true;
}

enum rep_rc
rep_msg_get_starttls(struct rep_str payload, struct rep_starttls *out, struct rep_err *err)
{
	struct rep_msg_reader r = { payload, 0, false };
	struct rep_starttls s = { .state = REP_STARTTLS_NOT_ASKED };
	uint64_t rc = rep_msg_get(&r, 1), state, n;
	struct rep_str reason;

	if (rc != REP_OK) {
		reason = text(&r, REP_STARTTLS_WHY_MAX);
		if (!rep_msg_done(&r) || rc > REP_EUSAGE || rc == REP_ESYNTAX)
			return rep_fail(err, REP_ESYNTAX, "it makes no sense");
		return rep_fail(err, (enum rep_rc)rc, "%.*s", REP_PR(reason));
	}
	state = rep_msg_get(&r, 1);
	s.why = text(&r, REP_STARTTLS_WHY_MAX);
	s.trusted = flag(&r);
	s.named = flag(&r);
	s.in_time = flag(&r);
	s.until_s = (int64_t)rep_msg_get(&r, 8);
	s.names = text(&r, REP_STARTTLS_NAMES_MAX);
	n = rep_msg_get(&r, 1);
	for (size_t i = 0; i < n && i < REP_STARTTLS_CHAIN && !r.bad; i++) {
		s.chain[i].certificate = text(&r, REP_STARTTLS_DER_MAX);
		s.chain[i].key = text(&r, REP_STARTTLS_DER_MAX);
		s.chain_n++;
	}
	if (!rep_msg_done(&r) || n > REP_STARTTLS_CHAIN || state >= REP_STARTTLS_N)
		return rep_fail(err, REP_ESYNTAX, "it makes no sense");
	s.state = (enum rep_starttls_state)state;
	if (!makes_sense(&s))
		return rep_fail(err, REP_ESYNTAX, "it makes no sense");
	*out = s;
	return REP_OK;
}
