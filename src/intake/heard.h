/*
 * intake/heard.h -- the one place where a reply is read, whichever way it reached us.
 *
 * A line of a mail log, a bounce that came by mail, an event of a sending service and a row of an
 * accounting file can all report the same reply. All of them are read here, so that the same words
 * of the same host mean the same. The differences between the ways are input: whose words they are
 * when no reply is in them, and what else was said beside them.
 *
 * The speaker is the host named around the reply ("host H[A] said: ..."), else the host that is
 * passed in. Only a host with a name proves a provider. Without a name, the provider comes from the
 * domain of the recipient, and nothing is certain. A sending service is different: it talks to the
 * server of that domain and gives only an address, and that is enough proof.
 *
 * `named` is an address of ours only when the caller read it in the log of our own server.
 * Documents come from outside, and must not be believed in that (intake/meaning.h).
 *
 * Pure, except for the cache of hosts. One thread (know/know.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_HEARD_H
#define REP_INTAKE_HEARD_H

#include "fact/fact.h"
#include "intake/hosts.h"
#include "know/know.h"

/* Whose words a text is when no reply is found in it. */
enum rep_words_of {
	REP_WORDS_OF_OWN = 0, /* a log: the words of the mail server that wrote it */
	REP_WORDS_OF_EITHER,  /* a diagnostic: a mail server's own if a rule knows them as such */
	REP_WORDS_OF_SOMEBODY /* a whole notice */
};

/* All views are borrowed. n == 0, version 0, NONE and 0 mean: not said. */
struct rep_heard_in {
	struct rep_str text;   /* the reply, alone or quoted, or the words instead of one */
	struct rep_str notice; /* words around it, read when the text says too little */
	struct rep_str host;   /* the host on the other side, when the text names nobody */
	struct rep_ip host_ip;
	struct rep_str recipient_domain;
	struct rep_str route; /* the declared relay or sending service that was used */
	enum rep_words_of words_of;
	enum rep_status status; /* SENT means accepted, whatever the words are */
	enum rep_stage stage;	/* this and the codes are used when the text has none */
	int code, enh[3];
	bool service;	 /* reported by the service in `route`, which asked the provider */
	bool asked;	 /* a provider was asked, so own words ("timed out") are evidence too */
	bool suppressed; /* nobody was asked: the address is on the service's own list */
	bool expired;	 /* given up after trying for too long */
	bool quoted;	 /* found before to be quoted (words that are read again) */
};

struct rep_heard {
	struct rep_reading reading;	     /* codes, rule, captures; class may be changed below */
	const struct rep_provider *provider; /* NULL: other */
	struct rep_str provider_domain;	     /* registered; of the host, else of the recipient */
	struct rep_host *who;		     /* the host in the cache; NULL: no host or no cache */
	struct rep_str words; /* what was said, with codes, without the quotation around it */
	struct rep_str host;  /* who spoke; n == 0: nobody was reached */
	struct rep_ip host_ip;
	struct rep_str route; /* as passed in, else the provider if it is a relay */
	enum rep_class class;
	enum rep_scope scope;
	enum rep_stage stage;
	bool certain;
	bool by_words; /* from the notice, not from the reply: never certain */
	bool quoted;   /* said to another host than ours, which quoted it */
	bool evidence; /* a provider was asked and said this */
	struct rep_str
	    contact; /* in the words, the provider's own address to write to; else n == 0 */
	struct rep_ip
	    named; /* the sender's address, by a certain rule of the provider's own host */
};

/*
 * hosts may be NULL: then each is looked up again. Views live as long as the text, hosts and know.
 */
void rep_heard_read(const struct rep_know *know, struct rep_hosts *hosts,
    const struct rep_heard_in *in, struct rep_heard *out);

/*
 * Puts what was heard into a fact: provider, host, class, scope, stage, rule, codes, words, evidence.
 * Not `named`: only the log of an own server may teach an address.
 */
void rep_heard_tell(const struct rep_heard *h, struct rep_fact *f);

/* The id of the provider, or "other". */
struct rep_str rep_heard_provider_id(const struct rep_heard *h);

#endif
