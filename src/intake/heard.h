/*
 * intake/heard.h -- the one reading of a reply, however it reached us.
 *
 * A line of a mail log, a bounce that came by mail, an event of a sending service and a row of an
 * accounting file can all tell of the same reply; all of them are read here, so that the same
 * words of the same host mean the same. What differs between the ways is input: whose words they
 * are when no reply is in them, and what else was said beside them.
 *
 * Who spoke is the host named around the reply ("host H[A] said: ..."), else the one handed in.
 * Only a host with a name proves a provider. Without one the domain of the recipient names the
 * provider and nothing is certain; a sending service speaks with that domain's own server, and
 * names only its address, which is proof enough.
 *
 * `named` is an address of ours only for whoever read it in the log of an own server; documents
 * come from outside and must not be believed in that (intake/meaning.h).
 *
 * Pure but for the cache of hosts. One thread (know/know.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_HEARD_H
#define REP_INTAKE_HEARD_H

#include "intake/hosts.h"
#include "know/know.h"

/* Whose words a text is in which no reply is found. */
enum rep_words_of {
	REP_WORDS_OF_OWN = 0, /* a log: the mail server's that wrote it */
	REP_WORDS_OF_EITHER,  /* a diagnostic: a mail server's own where a rule knows them so */
	REP_WORDS_OF_SOMEBODY /* a notice as a whole */
};

/* All views are borrowed; n == 0, version 0, NONE and 0: not said. */
struct rep_heard_in {
	struct rep_str text;   /* the reply, bare or quoted, or the words that stand for one */
	struct rep_str notice; /* words around it, asked where the text says too little */
	struct rep_str host;   /* who was spoken to, where the text names nobody */
	struct rep_ip host_ip;
	struct rep_str recipient_domain;
	struct rep_str route; /* the declared relay or sending service it went through */
	enum rep_words_of words_of;
	enum rep_status status; /* SENT is accepted, whatever the words are */
	enum rep_stage stage;	/* this and the codes count where the text has none of its own */
	int code, enh[3];
	bool service;	 /* told by the service of `route`, which spoke with the provider itself */
	bool asked;	 /* a provider was asked: own words ("timed out") are then evidence too */
	bool suppressed; /* nobody was asked: the address is on the service's own list */
	bool expired;	 /* given up after trying for too long */
};

struct rep_heard {
	struct rep_reading reading; /* codes, rule, captures; its class is without what follows */
	const struct rep_provider *provider; /* NULL: other */
	struct rep_str provider_domain;	     /* registered: of the host, else of the recipient */
	struct rep_host *who;		     /* the host in the cache; NULL: no host, or no cache */
	struct rep_str words; /* what was said, with its codes, without what quotes it */
	struct rep_str host;  /* who spoke; n == 0: nobody was reached */
	struct rep_ip host_ip;
	struct rep_str route; /* as handed in, else the provider where it is one that relays */
	enum rep_class class;
	enum rep_scope scope;
	enum rep_stage stage;
	bool certain;
	bool by_words; /* the notice told, not the reply: never certain */
	bool quoted;   /* said to another host than ours, and quoted by the one that spoke */
	bool evidence; /* a provider was asked and said this */
	struct rep_ip
	    named; /* the sender's address, by a certain rule of the provider's own host */
};

/* hosts may be NULL: looked up each time. Views live as long as the text, hosts and know. */
void rep_heard_read(const struct rep_know *know, struct rep_hosts *hosts,
    const struct rep_heard_in *in, struct rep_heard *out);

/* The provider's id; "other". */
struct rep_str rep_heard_provider_id(const struct rep_heard *h);

#endif
