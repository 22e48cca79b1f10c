/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/advised.h"
#include "judge/scope.h"

enum { SHORTEST = 14 /* bytes of a clause */ };

struct rep_str
rep_advised_head(struct rep_str step)
{
	static const struct rep_str more = { "find out more", 13 };
	size_t brackets = 0;

	if (rep_str_starts(step, more))
		return more;
	for (size_t i = 0; i + 1 < step.n; i++) {
		char c = step.p[i];

		brackets += c == '(';
		brackets -= c == ')' && brackets > 0;
		if (i >= SHORTEST && brackets == 0 && (c == ':' || c == ';' || c == '.') &&
		    (step.p[i + 1] == ' ' || step.p[i + 1] == '\n'))
			return rep_str_sub(step, 0, i);
	}
	return rep_str_ends(step, REP_S(".")) ? rep_str_sub(step, 0, step.n - 1) : step;
}

struct rep_str
rep_advised_rest(struct rep_str step)
{
	static const struct rep_str form = { "Form:", 5 }; /* the address stands behind it */
	struct rep_str rest =
	    rep_str_trim(rep_str_sub(step, rep_advised_head(step).n + 1, SIZE_MAX));

	return rep_str_ends(rest, form) ? rep_str_trim(rep_str_sub(rest, 0, rest.n - form.n))
					: rest;
}

bool
rep_advised_exim(struct rep_str label)
{
	return rep_str_find(label, REP_S("/exim"), 0) != SIZE_MAX;
}

const char *
rep_advised_relay(bool exim)
{
	static const char *const lines[2] = {
		"postconf -e 'relayhost = [HOST]:587' 'smtp_sasl_auth_enable = yes'\n"
		"postconf -e 'smtp_sasl_password_maps = hash:/etc/postfix/relay-login'\n"
		"postconf -e 'smtp_sasl_security_options = noanonymous' 'smtp_tls_security_level = "
		"encrypt'\n"
		"install -m 600 /dev/null /etc/postfix/relay-login\n"
		"echo '[HOST]:587 USER:PASSWORD' > /etc/postfix/relay-login\n"
		"postmap hash:/etc/postfix/relay-login\n"
		"postfix reload\n",
		"# Exim of Debian and Ubuntu; elsewhere a smarthost is set in exim.conf or the panel.\n"
		"sed -i \"s/^dc_eximconfig_configtype=.*/dc_eximconfig_configtype='smarthost'/; "
		"s/^dc_smarthost=.*/dc_smarthost='HOST::587'/\" /etc/exim4/update-exim4.conf.conf\n"
		"echo '*:USER:PASSWORD' >> /etc/exim4/passwd.client\n"
		"update-exim4.conf && systemctl reload exim4\n",
	};

	return lines[exim];
}

const char rep_advised_forwarded[] =
    "grep -hoi 'from=<SRS[01][-+=][^>]*' /var/log/mail.log | awk -F= '{ print $(NF-1) }' | "
    "sort | uniq -c | sort -rn | head";

int
rep_advised_cause(const struct rep_incident *i)
{
	int best = -1;

	for (int c = 0; c < REP_CAUSE_N; c++)
		if (!i->cannot_be[c] && i->probability[c] > 0 &&
		    (best < 0 || i->probability[c] > i->probability[best]))
			best = c;
	return best;
}

static const struct rep_rule *
rule_of(const struct rep_verdicts *v, const struct rep_incident *i)
{
	return rep_know_rule(v->in->know, rep_name(&v->in->names, i->rule));
}

/*
 * Several receivers that refuse the range of an address agree on what it is; of one alone the rule
 * has to say so.
 */
static bool
no_direct(const struct rep_verdicts *v, const struct rep_incident *i)
{
	const struct rep_rule *rule = rule_of(v, i);

	return (rule != NULL && rule->no_direct) ||
	    (i->across != 0 && v->across[i->across - 1].is == REP_ACROSS_RANGE);
}

int64_t
rep_advised_ends(const struct rep_verdicts *v, const struct rep_incident *i)
{
	const struct rep_cell_key *k = &v->cells[i->cell].key;
	const struct rep_rule *rule = rule_of(v, i);
	const struct rep_wording *w =
	    rep_wording_of(v->in, k->provider, k->provider_domain, i->rule);
	struct rep_reading r;
	int64_t length_s;

	if (rule == NULL || !rep_incident_open(i))
		return 0;
	if (w != NULL) {
		rep_know_read(v->in->know, w->host, w->text, &r);
		if (r.rule == rule && rep_time_length(r.capture[REP_CAPTURE_ENDS], &length_s))
			return w->last_s + length_s;
	}
	return rule->ends_s == 0 ? 0 : i->episodes[i->episodes_n - 1].last_s + rule->ends_s;
}

enum rep_way_about
rep_advised_about(const struct rep_verdicts *v, const struct rep_incident *i)
{
	if (i->nobody ||
	    (i->class == REP_CLASS_NETWORK && rep_advised_everywhere(v) == REP_ABOUT_PORT_CLOSED))
		return REP_ABOUT_PORT_CLOSED;
	if (no_direct(v, i))
		return REP_ABOUT_NO_DIRECT;
	if (i->ends_s != 0)
		return REP_ABOUT_ENDS;
	/* Volume that is too new: nobody there knows this address. */
	if (rep_advised_cause(i) == REP_CAUSE_VOLUME &&
	    rep_incident_evidence(i, REP_EVIDENCE_NEW_THERE) != NULL)
		return REP_ABOUT_UNKNOWN_THERE;
	return REP_ABOUT_CAUSE;
}

const char *
rep_advised_called(const struct rep_verdicts *v, const struct rep_incident *i, enum rep_cause c)
{
	static const struct {
		enum rep_way_about about;
		enum rep_cause cause;
		const char *words;
	} own[] = {
		{ REP_ABOUT_PORT_CLOSED, REP_CAUSE_RANGE, "that port 25 is closed on the way out" },
		{ REP_ABOUT_NO_DIRECT, REP_CAUSE_RANGE,
		    "the range of the address, which may not send directly" },
		{ REP_ABOUT_UNKNOWN_THERE, REP_CAUSE_VOLUME, "that they do not know you" },
	};
	const struct rep_rule *rule = rule_of(v, i);
	enum rep_way_about about = rep_advised_about(v, i);

	for (size_t k = 0; k < REP_COUNT(own); k++)
		if (own[k].about == about && own[k].cause == c)
			return own[k].words;
	return rule != NULL && rule->called.n > 0 && rule->cause == (int)c ? rule->called.p : NULL;
}

const char *
rep_advised_words(const struct rep_verdicts *v, const struct rep_incident *i, enum rep_cause c)
{
	static const char *const words[REP_CAUSE_N] = { "the neighbourhood", "your own reputation",
		"recipients that do not exist", "authentication", "the identity of the server",
		"volume", "the content", "the provider" };
	const char *called = rep_advised_called(v, i, c);

	if (called != NULL)
		return called;
	return c == REP_CAUSE_IDENTITY && i->scope == REP_SCOPE_DOMAIN
	    ? "the identity of the sender"
	    : words[c];
}

enum rep_way_about
rep_advised_everywhere(const struct rep_verdicts *v)
{
	for (size_t n = 0; n < v->across_n; n++)
		if (v->across[n].is == REP_ACROSS_WAY_OUT)
			return REP_ABOUT_PORT_CLOSED;
	return REP_ABOUT_CAUSE;
}

enum rep_request
rep_advised_request(const struct rep_verdicts *v, const struct rep_incident *i)
{
	const struct rep_rule *rule = rule_of(v, i);
	struct rep_str url = rule != NULL ? rule->url : (struct rep_str){ "", 0 };

	if (i->trouble != REP_TROUBLE_BLOCK || no_direct(v, i))
		return REP_REQUEST_NONE;
	if (v->cells[i->cell].key.route != 0)
		return REP_REQUEST_RELAY;
	if (i->class == REP_CLASS_LISTED)
		return REP_REQUEST_LIST;
	if (!rep_scope_steps(i->scope)->delist)
		return REP_REQUEST_NONE;
	if (url.n == 0)
		return rule == NULL || rule->remedy.n == 0 || rule->speaker != REP_SPEAKER_PROVIDER
		    ? REP_REQUEST_POSTMASTER
		    : REP_REQUEST_NONE;
	if (!rule->form) /* a page of help is no place to send a request to */
		return REP_REQUEST_NONE;
	return rep_str_starts(url, REP_S("mailto:")) ? REP_REQUEST_WRITE : REP_REQUEST_FORM;
}
