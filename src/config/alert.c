/*
 * The blocks `alert NAME { .. }`: what each kind of channel must have, may have and cannot use.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config/place.h"
#include "config/value.h"

#include <stdio.h>

enum need { NONE = 0, MAY, MUST };

/* In words, after "alert NAME by KIND". */
static const struct {
	enum need to, secret, from;
	const char *to_is, *secret_is;
} kinds[REP_CHANNEL_KINDS] = {
	[REP_CHANNEL_MAIL] = { MUST, NONE, MAY, "an address such as admin@shop.example", NULL },
	[REP_CHANNEL_WEBHOOK] = { MUST, MAY, NONE,
	    "a URL such as https://hooks.shop.example/reputed", NULL },
	[REP_CHANNEL_SLACK] = { NONE, MUST, NONE,
	    "Its URL is a secret: write it into a file that only its owner may read, and name "
	    "that with secret-file",
	    "a file with the URL of its incoming webhook" },
	[REP_CHANNEL_PAGERDUTY] = { MAY, MUST, NONE,
	    "a URL such as https://events.eu.pagerduty.com/v2/enqueue",
	    "a file with the routing key" },
	[REP_CHANNEL_NTFY] = { MUST, MAY, NONE, "the URL of a topic, such as https://ntfy.sh/TOPIC",
	    NULL },
	[REP_CHANNEL_EXEC] = { MUST, NONE, NONE,
	    "the path of a program, such as /usr/local/bin/tell-me", NULL },
};

/*
 * One address as an envelope has it, without quotes or blanks. It is an argument of sendmail, so it does not
 * begin with '-'. A "user@host" of this machine alone needs no dot.
 */
static bool
is_mailbox(struct rep_str s)
{
	size_t at = rep_str_rchr(s, '@');

	if (at == SIZE_MAX || at == 0 || s.p[0] == '-' || !rep_str_printable(s, false))
		return false;
	for (size_t i = 0; i < at; i++)
		if (memchr("<>()[]\\,;:\"@", s.p[i], 12) != NULL)
			return false;
	return rep_conf_is_host(rep_str_sub(s, at + 1, s.n));
}

static bool
is_target(unsigned by, struct rep_str s)
{
	struct rep_config_url url;

	if (by == REP_CHANNEL_MAIL)
		return is_mailbox(s);
	if (by == REP_CHANNEL_EXEC)
		return s.p[0] == '/' && s.p[s.n - 1] != '/';
	return rep_config_url_parse(s, &url) && (by != REP_CHANNEL_NTFY || url.path.n > 1);
}

/* What is to be said of one key, and its value. False: nothing. */
static bool
look_at(const struct rep_config_alert *a, struct rep_str name, enum need *need, const char **is,
    struct rep_str *value)
{
	bool mailed = a->by == REP_CHANNEL_MAIL, server = mailed && a->server.n > 0;

	*is = NULL;
	if (rep_str_eq(name, REP_S("to"))) {
		*need = kinds[a->by].to;
		*is = kinds[a->by].to_is;
		*value = a->to;
	} else if (rep_str_eq(name, REP_S("secret-file"))) {
		*need = server ? MAY : kinds[a->by].secret;
		*is = mailed ? "A login goes with server" : kinds[a->by].secret_is;
		*value = a->secret_file;
	} else if (rep_str_eq(name, REP_S("from"))) {
		*need = server ? MUST : kinds[a->by].from;
		*is = server ? "an address such as reputed@shop.example" : NULL;
		*value = a->from;
	} else if (rep_str_eq(name, REP_S("server"))) {
		*need = mailed ? MAY : NONE;
		*value = a->server;
	} else {
		return false;
	}
	return true;
}

bool
rep_conf_alert_fits(
    const struct rep_config_alert *a, const struct rep_conf_item *it, char why[REP_CONF_WHY])
{
	const char *kind = rep_channel_kind_word(a->by), *is;
	struct rep_str name = rep_str_c(it->name), value;
	struct rep_config_url url;
	char shown[REP_CONF_SHOWN];
	enum need need;

	if (rep_str_eq(name, REP_S("digest")) && a->digest && a->by == REP_CHANNEL_PAGERDUTY) {
		snprintf(why, REP_CONF_WHY, "an alert by %s has no digest: nobody is called for it",
		    kind);
		return false;
	}
	if (!look_at(a, name, &need, &is, &value))
		return true;
	if (need == NONE && value.n > 0)
		snprintf(why, REP_CONF_WHY, "an alert by %s has no %s%s%s", kind, it->name,
		    is != NULL ? ". " : "", is != NULL ? is : "");
	else if (need == MUST && value.n == 0)
		snprintf(why, REP_CONF_WHY, "alert %.*s by %s needs %s: %s", REP_PR(a->name), kind,
		    it->name, is);
	else if (value.n > 0 && rep_str_eq(name, REP_S("to")) && !is_target(a->by, value))
		snprintf(why, REP_CONF_WHY, "to of an alert by %s is %s, not \"%s\"", kind, is,
		    rep_conf_shown(value, shown));
	else if (value.n > 0 && rep_str_eq(name, REP_S("from")) && !is_mailbox(value))
		snprintf(why, REP_CONF_WHY,
		    "from needs an address such as reputed@shop.example, not \"%s\"",
		    rep_conf_shown(value, shown));
	else if (value.n > 0 && rep_str_eq(name, REP_S("server")) &&
	    !rep_config_server_parse(value, &url))
		snprintf(why, REP_CONF_WHY,
		    "server needs a mail server such as smtp://127.0.0.1 or "
		    "smtps://mail.shop.example, not \"%s\"",
		    rep_conf_shown(value, shown));
	else
		return true;
	return false;
}
