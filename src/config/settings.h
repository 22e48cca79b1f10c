/*
 * config/settings.h -- what a configuration holds: types only.
 *
 * The schema says where in these structs each key goes; config.h reads, dumps and asks them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_SETTINGS_H
#define REP_CONFIG_SETTINGS_H

#include "base/ip.h"

struct rep_config_list {
	const struct rep_str *v;
	size_t n;
};

/* Who else sends through a source's address. Order as the words in the schema. */
enum rep_tenancy {
	REP_TENANCY_UNKNOWN = 0, /* not told */
	REP_TENANCY_SHARED,
	REP_TENANCY_DEDICATED,
	REP_TENANCY_OWN, /* own address range */
};

struct rep_config_source {
	struct rep_str name;	       /* first in every block: config.c counts on it */
	struct rep_config_list labels; /* never empty: its name when none is given */
	struct rep_ip public;
	struct rep_ip bind;  /* version 0: not told */
	struct rep_str helo; /* n == 0: not told */
	unsigned tenancy;    /* enum rep_tenancy */
};

/* One `host` of a relay: a name, ".suffix" of names, or an address. */
struct rep_config_host {
	struct rep_str name; /* n == 0: an address; ".example.com": any name below it */
	struct rep_ip ip;    /* version 0: a name */
	unsigned port;	     /* 0: any */
};

struct rep_config_relay {
	struct rep_str name;
	struct rep_config_list hosts;	      /* as written */
	const struct rep_config_host *parsed; /* hosts.n of them */
	struct rep_str note;		      /* n == 0: none */
};

/* Mail is of this stream when any pattern of any of the three lists matches. */
struct rep_config_stream {
	struct rep_str name;
	struct rep_config_list from;	    /* sender addresses; '*' stands for anything */
	struct rep_config_list list_id;	    /* '*' as above, in all three */
	struct rep_config_list feedback_id; /* */
	bool urgent;
};

/* Own figures of an option (know/ways.options): they stand above those of know. */
struct rep_config_option {
	struct rep_str name;
	struct rep_config_list costs; /* each as rep_cost_parse reads it */
	struct rep_str days;	      /* as rep_days_parse reads it; n == 0: not told */
	bool rule_out;
	struct rep_str note; /* n == 0: none */
};

/* How an alert leaves the machine. Order as the words in the schema. */
enum rep_channel_kind {
	REP_CHANNEL_NONE = 0,
	REP_CHANNEL_MAIL,
	REP_CHANNEL_WEBHOOK,
	REP_CHANNEL_SLACK,
	REP_CHANNEL_PAGERDUTY,
	REP_CHANNEL_NTFY,
	REP_CHANNEL_EXEC,
	REP_CHANNEL_KINDS
};

/* "mail", "webhook", ...: by enum rep_channel_kind, "" for none. */
const char *rep_channel_kind_word(unsigned kind);

enum { REP_CONFIG_ALERTS = 16 };

/* Whether the Postfix of this machine is asked what waits. Order as the words in the schema. */
enum rep_queue_asked { REP_QUEUE_NOT_TOLD = 0, REP_QUEUE_YES, REP_QUEUE_NO };

/* How often something may be done: lists allow no more, and after a week it says nothing of now. */
enum { REP_EVERY_LEAST_S = 3600, REP_EVERY_MOST_S = 7 * 86400 };

/* One way by which a person is told. What each kind must have: rep_conf_alert_fits. */
struct rep_config_alert {
	struct rep_str name;
	unsigned by;		    /* enum rep_channel_kind, never NONE */
	struct rep_str to;	    /* an address, a URL, a program; n == 0: it needs none */
	struct rep_str secret_file; /* a path; what is in it is never here */
	struct rep_str from;	    /* mail only; n == 0: whatever sendmail takes */
	struct rep_str server;	    /* mail only: smtp://.. or smtps://..; n == 0: sendmail */
	bool digest;		    /* it gets the digest of each week */
};

/* A domain that mail is sent from; its name is the domain. */
struct rep_config_domain {
	struct rep_str name;
	struct rep_config_list selectors; /* of DKIM; may be empty */
};

/* Events of Amazon SES that SNS posts to the path /sns/NAME of the web page. */
struct rep_config_sns {
	struct rep_str name;
	struct rep_config_list topics; /* ARNs; at least one */
};

/* All of it lives in the arena it was parsed with (and views the text given). */
struct rep_config {
	struct rep_str database; /* n == 0: no default was set (rep_config_init) */
	struct rep_str key_file;
	struct rep_config_list watch;	     /* paths and journals for `reputed serve` */
	struct rep_config_list authserv_ids; /* of own servers (RFC 8601) */
	struct rep_str timezone;	     /* of log lines without one; n == 0: this machine's */
	struct rep_str audit;		     /* "off", or how often; n == 0: not told */
	unsigned queue;			     /* enum rep_queue_asked */
	struct rep_config_list maintenance;  /* config/window.h */
	struct rep_config_list
	    web;		/* where the page is: rep_config_place_parse; n == 0: not told */
	struct rep_str web_url; /* as people see it behind a proxy; n == 0: not told */
	struct rep_config_source *sources;
	size_t n_sources;
	struct rep_config_relay *relays;
	size_t n_relays;
	struct rep_config_stream *streams;
	size_t n_streams;
	struct rep_config_option *options;
	size_t n_options;
	struct rep_config_alert *alerts;
	size_t n_alerts;
	struct rep_config_domain *domains;
	size_t n_domains;
	struct rep_config_sns *sns;
	size_t n_sns;
};

#endif
