/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"
#include "config/settings.h"

#define AT(type, member) offsetof(struct rep_config##type, member)

/* Every value is at most a line; 512 holds any address, name or path people use. */
#define TEXT_BYTES .min = 1, .max = 512, .unit = "bytes"
#define NAME_BYTES .min = 1, .max = 253, .unit = "bytes"
#define VALUES(m) .list = true, .min = 1, .max = (m), .unit = "values"

static const struct rep_conf_item top[] = {
	{ "database", REP_CONF_PATH, .offset = AT(, database), TEXT_BYTES, .value = "PATH",
	    .help = "where facts are kept" },
	{ "key-file", REP_CONF_PATH, .offset = AT(, key_file), TEXT_BYTES, .value = "PATH",
	    .help = "the key that recipients are hashed with; only its owner may read it" },
	{ "watch", REP_CONF_WATCHED, .offset = AT(, watch), VALUES(64), .value = "PATH|journal ...",
	    .help = "logs, mailboxes, folders and journals that reputed serve reads as they grow" },
	{ "timezone", REP_CONF_ZONE, .offset = AT(, timezone), TEXT_BYTES, .value = "ZONE",
	    .help = "the time zone of log lines that name none (default: this machine's)" },
	{ "authserv-id", REP_CONF_TEXT, .offset = AT(, authserv_ids), VALUES(16),
	    .value = "NAME ...",
	    .help =
		"what your servers call themselves in Authentication-Results: reports by mail are "
		"believed if they say that its signature passed" },
	{ "audit", REP_CONF_EVERY, .offset = AT(, audit), TEXT_BYTES, .value = "TIME|off",
	    .help =
		"how often reputed serve looks at own domains and addresses in DNS (default: 6h)" },
	{ "queue", REP_CONF_WORD, .offset = AT(, queue), .words = { "yes", "no" },
	    .value = "yes|no",
	    .help =
		"whether reputed serve asks the Postfix of this machine what waits (default: yes)" },
	{ "web", REP_CONF_PLACE, .offset = AT(, web), VALUES(4),
	    .value = "ADDRESS:PORT|PATH|off ...",
	    .help =
		"where reputed serve shows the page and its API, once there is an account (default: 127.0.0.1:8025)" },
	{ "web-url", REP_CONF_URL, .offset = AT(, web_url), TEXT_BYTES, .value = "URL",
	    .help = "the address of the page as people see it behind a proxy" },
	{ "maintenance", REP_CONF_WINDOW, .offset = AT(, maintenance), VALUES(32),
	    .value = "TIME ...", .help = "times in which reputed serve tells nothing, UTC" },
};

static const struct rep_conf_item source[] = {
	{ "label", REP_CONF_TEXT, .offset = AT(_source, labels), VALUES(16), .unique = true,
	    .dflt = "NAME", .value = "LABEL ...",
	    .help = "log host, syslog_name or its last part, as the log shows them" },
	{ "public", REP_CONF_PUBLIC, .required = true, .offset = AT(_source, public),
	    .value = "ADDRESS", .help = "the address that the world sees (on EC2 the Elastic IP)" },
	{ "bind", REP_CONF_ADDRESS, .offset = AT(_source, bind), .value = "ADDRESS",
	    .help = "the address that the mail server binds to (on EC2 the private one)" },
	{ "helo", REP_CONF_HOST, .offset = AT(_source, helo), NAME_BYTES, .value = "NAME",
	    .help = "the name it says in HELO or EHLO" },
	{ "tenancy", REP_CONF_WORD, .offset = AT(_source, tenancy),
	    .words = { "shared", "dedicated", "own" }, .value = "shared|dedicated|own",
	    .help = "who sends from it: shared with others, dedicated to you, or own (the whole "
		    "range is yours)" },
};

static const struct rep_conf_item relay[] = {
	{ "host", REP_CONF_RELAY, .required = true, .offset = AT(_relay, hosts), VALUES(32),
	    .unique = true, .value = "HOST[:PORT] ...",
	    .help = "its hosts: a name, .suffix of names, or [192.0.2.1]" },
	{ "note", REP_CONF_TEXT, .offset = AT(_relay, note), TEXT_BYTES, .value = "TEXT",
	    .help = "a note for yourself, shown beside it" },
};

static const struct rep_conf_item stream[] = {
	{ "from", REP_CONF_PATTERN, .offset = AT(_stream, from), VALUES(256),
	    .value = "ADDRESS ...", .help = "sender addresses; * stands for anything" },
	{ "list-id", REP_CONF_TEXT, .offset = AT(_stream, list_id), VALUES(256),
	    .value = "TEXT ...", .help = "List-Id values; * stands for anything" },
	{ "feedback-id", REP_CONF_TEXT, .offset = AT(_stream, feedback_id), VALUES(256),
	    .value = "TEXT ...", .help = "Feedback-ID values; * stands for anything" },
	{ "urgent", REP_CONF_YESNO, .offset = AT(_stream, urgent), .dflt = "no", .value = "yes|no",
	    .help = "useless when late: password resets, login codes" },
};

static const struct rep_conf_item option[] = {
	{ "cost", REP_CONF_COST, .offset = AT(_option, costs), VALUES(8),
	    .value = "\"AMOUNT CURRENCY UNIT\" ...",
	    .help = "what it costs you; replaces the list price" },
	{ "days", REP_CONF_DAYS, .offset = AT(_option, days), TEXT_BYTES, .value = "FROM[-TO]",
	    .help = "how long it takes you" },
	{ "rule-out", REP_CONF_YESNO, .offset = AT(_option, rule_out), .dflt = "no",
	    .value = "yes|no", .help = "never advise this option" },
	{ "note", REP_CONF_TEXT, .offset = AT(_option, note), TEXT_BYTES, .value = "TEXT",
	    .help = "a note for yourself, shown beside it" },
};

static const struct rep_conf_item alert[] = {
	{ "by", REP_CONF_WORD, .required = true, .offset = AT(_alert, by),
	    .words = { "mail", "webhook", "slack", "pagerduty", "ntfy", "exec" },
	    .value = "mail|webhook|slack|pagerduty|ntfy|exec", .help = "how a message is sent" },
	{ "to", REP_CONF_TEXT, .offset = AT(_alert, to), TEXT_BYTES, .value = "TEXT",
	    .help = "mail: an address; webhook and ntfy: a URL; exec: a program" },
	{ "secret-file", REP_CONF_PATH, .offset = AT(_alert, secret_file), TEXT_BYTES,
	    .value = "PATH",
	    .help =
		"slack: its URL; pagerduty: the routing key; webhook: the key that signs; "
		"ntfy: a token; mail: LOGIN:PASSWORD at the server; only its owner may read it" },
	{ "from", REP_CONF_TEXT, .offset = AT(_alert, from), TEXT_BYTES, .value = "ADDRESS",
	    .help = "mail: the sender address (default: sendmail's own)" },
	{ "server", REP_CONF_TEXT, .offset = AT(_alert, server), TEXT_BYTES,
	    .value = "smtp://HOST[:PORT]|smtps://HOST[:PORT]",
	    .help = "mail: the server that takes it (default: sendmail)" },
	{ "digest", REP_CONF_YESNO, .offset = AT(_alert, digest), .dflt = "no", .value = "yes|no",
	    .help = "whether it also gets the digest of each week (not pagerduty)" },
};

static const struct rep_conf_item domain[] = {
	{ "selector", REP_CONF_SELECTOR, .offset = AT(_domain, selectors), VALUES(32),
	    .value = "NAME ...", .help = "DKIM selectors that its mail is signed with" },
};

static const struct rep_conf_item sns[] = {
	{ "topic", REP_CONF_TOPIC, .required = true, .offset = AT(_sns, topics), VALUES(16),
	    .unique = true, .value = "ARN ...",
	    .help = "topics of Amazon SNS whose events of SES are taken in; no other is believed" },
};
_Static_assert(REP_COUNT(top) <= REP_CONF_ITEMS_MAX && REP_COUNT(source) <= REP_CONF_ITEMS_MAX &&
	REP_COUNT(relay) <= REP_CONF_ITEMS_MAX && REP_COUNT(stream) <= REP_CONF_ITEMS_MAX &&
	REP_COUNT(option) <= REP_CONF_ITEMS_MAX && REP_COUNT(alert) <= REP_CONF_ITEMS_MAX &&
	REP_COUNT(domain) <= REP_CONF_ITEMS_MAX && REP_COUNT(sns) <= REP_CONF_ITEMS_MAX,
    "the parser has no room for a key more");

#define SECTION(kw, arr, m, ...)                                                                \
	{                                                                                       \
		.name = #kw, .plural = #arr, .items = kw, .n = REP_COUNT(kw), .max = (m),       \
		.size = sizeof(struct rep_config_##kw), .at = AT(, arr), .at_n = AT(, n_##arr), \
		__VA_ARGS__                                                                     \
	}

const struct rep_conf_section rep_conf_schema[REP_CONF_SECTIONS] = {
	{ .name = "",
	    .plural = "",
	    .items = top,
	    .n = REP_COUNT(top),
	    .max = 1,
	    .size = sizeof(struct rep_config),
	    .help = "paths and the clock" },
	SECTION(source, sources, 1024, .help = "one of your sending addresses"),
	SECTION(relay, relays, 256,
	    .help = "a relay: a host of somebody else that your mail "
		    "leaves through"),
	SECTION(stream, streams, 1024, .one_of = "from, list-id or feedback-id",
	    .help = "mail of one kind, by name"),
	SECTION(option, options, 64, .help = "your own figures for an option of reputed options"),
	SECTION(alert, alerts, REP_CONFIG_ALERTS, .help = "one way by which a person is told"),
	SECTION(domain, domains, 256, .help = "a domain that you send mail from"),
	SECTION(sns, sns, 16,
	    .help = "events of Amazon SES that SNS posts to /sns/NAME of the web page"),
};

const struct rep_conf_item *
rep_conf_item(const struct rep_conf_section *s, struct rep_str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (rep_str_eq(name, rep_str_c(s->items[i].name)))
			return &s->items[i];
	return NULL;
}

const struct rep_conf_section *
rep_conf_section(struct rep_str name)
{
	for (size_t i = REP_CONF_TOP + 1; i < REP_CONF_SECTIONS; i++)
		if (rep_str_eq(name, rep_str_c(rep_conf_schema[i].name)))
			return &rep_conf_schema[i];
	return NULL;
}

const char *
rep_channel_kind_word(unsigned kind)
{
	const struct rep_conf_item *by =
	    rep_conf_item(&rep_conf_schema[REP_CONF_ALERT], REP_S("by"));

	return kind > REP_CHANNEL_NONE && kind < REP_CHANNEL_KINDS ? by->words[kind - 1] : "";
}
