/*
 * judge/advised.h -- what a verdict is about, and whether a request can change it.
 *
 * The steps of `reputed why` and the ways out of `reputed options` both ask here, so that one never
 * recommends what the other calls useless. Nothing else decides it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ADVISED_H
#define REP_JUDGE_ADVISED_H

#include "judge/verdict.h"
#include "know/ways.h"

/* The likeliest of the causes that are possible, as an enum rep_cause. -1: none. */
int rep_advised_cause(const struct rep_incident *i);

/*
 * A cause in a sentence ("the neighbourhood"), in the words that every output uses for it. Where
 * the provider has not seen the address before, the cause volume has other words.
 */
const char *rep_advised_words(
    const struct rep_verdicts *v, const struct rep_incident *i, enum rep_cause c);

/* What it is about. The causes, the evidence and `across` of the incident must be set before. */
enum rep_way_about rep_advised_about(const struct rep_verdicts *v, const struct rep_incident *i);

/*
 * The cause in words of this verdict, where the general ones would mislead: those of the rule
 * ("connections of yours that hang"), or of what the verdict is about. NULL: the general ones are right.
 */
const char *rep_advised_called(
    const struct rep_verdicts *v, const struct rep_incident *i, enum rep_cause c);

/*
 * When the refusal ends by itself, as the latest reply or else the rule says. 0: neither does. It
 * may be past: then it did not end, because something renewed it.
 */
int64_t rep_advised_ends(const struct rep_verdicts *v, const struct rep_incident *i);

/* The same where nothing is open at a single provider: PORT_CLOSED, or nothing more. */
enum rep_way_about rep_advised_everywhere(const struct rep_verdicts *v);

enum rep_request {
	REP_REQUEST_NONE = 0, /* they offer none for this refusal, or it would change nothing */
	REP_REQUEST_LIST,     /* the list that the reply names takes it */
	REP_REQUEST_FORM,     /* a page of theirs */
	REP_REQUEST_WRITE,    /* an address of theirs */
	REP_REQUEST_POSTMASTER, /* nothing is known but that hosts have a postmaster (RFC 5321, 4.5.1) */
	REP_REQUEST_RELAY	/* the operator of the relay asks, not the sender */
};
enum rep_request rep_advised_request(const struct rep_verdicts *v, const struct rep_incident *i);

/* What it means, and what to do, where everything is refused in words about recipients (judge/mute.h). */
#define REP_ADVISED_MUTE_MEANING                                                                    \
	"Each reply is about one recipient, but they refuse almost everything you send there, and " \
	"accepted it before. So it is not about these recipients. What it is about, they do not say."
#define REP_ADVISED_MUTE_REMEDY                                                                    \
	"Do not remove these recipients from your lists. Write one message by hand to an address " \
	"there that you know, and ask the postmaster of the provider why your mail is refused"

/* The words after "send through": which relay, and what to fill into its commands. */
#define REP_ADVISED_RELAY                                                                         \
	"the mail relay of your internet provider or hoster, or of a mail service, with a login " \
	"on port 587. Put its name and your login into the commands, and the relay into the SPF " \
	"record of your domain"

/*
 * What to do, without how: up to the first colon, semicolon or full stop that ends a clause, but not
 * within brackets. Two or three words alone say nothing, so they are no clause; but "find out more" is:
 * what the log cannot show, and how to find it, is one sentence behind it.
 */
struct rep_str rep_advised_head(struct rep_str step);
/* What comes behind it; n == 0: nothing. */
struct rep_str rep_advised_rest(struct rep_str step);

/* Whether the log of a source is that of Exim, whose commands are others. */
bool rep_advised_exim(struct rep_str label);

/*
 * Commands that send all mail through a relay with a login: those of Postfix, or of Exim as Debian sets
 * it up. HOST, USER and PASSWORD are for the reader to fill in. Lines with their ends, for a shell.
 */
const char *rep_advised_relay(bool exim);

/* A command that names the domains whose mail is forwarded, the most first. For a shell. */
extern const char rep_advised_forwarded[];

#endif
