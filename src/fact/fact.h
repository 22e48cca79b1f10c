/*
 * fact/fact.h -- what intake makes, the store keeps and the judge reads. Types only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_FACT_H
#define REP_FACT_FACT_H

#include "base/ip.h"
#include "fact/header_fault.h"
#include "base/str.h"
#include "fact/words.h"

/* The end of a label whose mail leaves over IPv6: a source of its own. */
#define REP_LABEL_IPV6 "/ipv6"

/*
 * The stream of mail with the null sender that leaves: bounces and automatic replies have one
 * recipient, and what has several is neither.
 */
#define REP_STREAM_BOUNCES REP_S("<>/bounces")
#define REP_STREAM_TO_MANY REP_S("<>/to-many")

/*
 * One attempt to deliver to one recipient, and its result. Or, when the status is NONE, a reply
 * that belongs to no recipient and is only a sample. All views are borrowed from the intake and are
 * valid until it is called again.
 *
 * Identity: (log_host, queue_id, recipient and orig_to, at_s, status). The same attempt has the
 * same identity whichever way it is read, and counts once. Where two logs of one attempt may differ in the second
 * (`near`), both are its identity.
 */
struct rep_fact {
	int64_t at_s; /* UTC */
	int near; /* another log may have the second before (-1) or after (1) at_s; 0: none does */
	struct rep_str log_host;
	struct rep_str label; /* log host and syslog_name: "mx1/postfix/out-a" */
	struct rep_str queue_id;
	struct rep_str message_id; /* "<..>" as logged; n == 0: not known */
	struct rep_str recipient;  /* complete; hashed before it is stored */
	/*
	 * When the address is not known any more (an expiry after a restart): its keyed hashes
	 * (fact/identity.h). Used only when recipient.n == 0.
	 */
	uint64_t recipient_hash, identity_hash;
	struct rep_str recipient_domain; /* lower case */
	struct rep_str orig_to;		 /* n == 0: none */
	struct rep_str sender_domain;	 /* lower case; n == 0: null sender, or not known */
	/* Who handed it in (fact/handed.h). n == 0: not known, or a recipient that was tried before. */
	struct rep_str who;
	struct rep_str stream;		/* "shop.example/password-reset"; n == 0: not known */
	struct rep_str route;		/* a relay that is declared or known; n == 0: none */
	struct rep_str provider;	/* an id of know, or "other" */
	struct rep_str provider_domain; /* registered domain of the host, for provider "other" */
	struct rep_str host;		/* the MX host; n == 0: none was reached */
	struct rep_ip host_ip;
	enum rep_status status;
	enum rep_class class;
	enum rep_scope scope;
	enum rep_stage stage;
	struct rep_str rule; /* "microsoft-consumer.s3140"; n == 0: none matched */
	bool certain;
	bool quoted;   /* said to another host than ours, which quoted it */
	bool evidence; /* a provider was asked and said this (doc/json.md) */
	bool document; /* read from a document (a bounce, an event), not from a mail log */
	int code;      /* 200..599; 0: no reply */
	int enh[3];    /* RFC 3463; enh[0] == 0: none */
	struct rep_str text;
	struct rep_str
	    contact; /* an address in text that the provider gives to write to: not masked */
	struct rep_ip named; /* one of our own addresses, named in the provider's own reply */
	/* Of a bounce: what is wrong with the header of the message that came back. */
	rep_header_faults header_faults;
	double delay_s;	  /* since the message came in, in seconds; < 0: not known */
	const char *file; /* where it was read */
	uint64_t line;
};

/*
 * How many replies of one kind came in one bucket of time (doc/words.md: observation). Names are
 * numbers in struct rep_names; 0 means none.
 */
struct rep_observation {
	int64_t from_s; /* start of the bucket; its length is that of the level */
	int64_t first_s, last_s;
	uint32_t label, route, provider, provider_domain, stream, rule;
	uint8_t status, class, stage;
	bool evidence, certain;
	uint8_t scope; /* as the words were heard; NONE: not known, the rule's own holds */
	bool quoted;   /* said to another host than ours */
	uint32_t count;
};

/*
 * The name for small domains whose refusals are counted together (store/refusing.h). They are
 * nobody's trouble: what other small domains accepted is not counted with them.
 */
#define REP_OTHER_DOMAINS REP_S("(others)")

/* The name for own labels that are counted together. No address belongs to it. */
#define REP_OTHER_LABELS REP_S("(other sources)")

enum rep_level { REP_LEVEL_MINUTE = 0, REP_LEVEL_HOUR, REP_LEVEL_DAY, REP_LEVEL_N };

/* Names by number, for observations. Number 0 is the empty name. */
struct rep_names {
	const struct rep_str *v; /* borrowed from the store */
	uint32_t n;
};

static inline struct rep_str
rep_name(const struct rep_names *names, uint32_t id)
{
	return id < names->n ? names->v[id] : (struct rep_str){ "", 0 };
}

/* How the public address of a label is known. The higher value wins. */
enum rep_known_by { REP_KNOWN_LEARNT = 1, REP_KNOWN_STATED, REP_KNOWN_CONFIGURED };

/* One address that is known for a label. Two learnt addresses make the label a pool. */
struct rep_source {
	uint32_t label;
	struct rep_ip public;
	enum rep_known_by known_by;
	int64_t first_s, last_s; /* of the replies that named it; 0 when it was stated */
	uint64_t count;		 /* how many replies named it */
};

#endif
