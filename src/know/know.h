/*
 * know/know.h -- what holds for everyone: replies, providers and guides. Also reads a reply.
 *
 * Built once: add files, then call rep_know_ready. One thread reads at a time. All knowledge is
 * data (doc/rules.md). No provider is named in this code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_KNOW_H
#define REP_KNOW_KNOW_H

#include "know/alert_kinds.h"
#include "know/fold.h"
#include "know/guide.h"
#include "know/ways.h"
#include "know/provider.h"
#include "know/rule.h"
#include "mail/smtp_reply.h"

struct rep_know;

struct rep_know *rep_know_new(void); /* NULL: out of memory */
void rep_know_free(struct rep_know *k);

/*
 * Adds a file. Its name must end in ".rules", ".providers", ".guide", ".options" or ".alerts"; else
 * REP_EUSAGE. `text` is copied.
 */
enum rep_rc rep_know_add(struct rep_know *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;
/* Adds everything that is compiled in. A problem in it is our own mistake: an error. */
enum rep_rc rep_know_add_builtin(struct rep_know *k, struct rep_err *err) REP_NODISCARD;
/*
 * The same, of the rules only those whose text has the word; upper and lower case are alike. For a
 * command that is asked about one code, and needs no other rule.
 */
enum rep_rc rep_know_add_builtin_about(
    struct rep_know *k, struct rep_str word, struct rep_err *err) REP_NODISCARD;
/* Builds the tables to find rules. After it, rep_know_read works and nothing more can be added. */
enum rep_rc rep_know_ready(struct rep_know *k, struct rep_err *err) REP_NODISCARD;

/* A hash of the added files of rules and providers. Another hash means other readings. */
uint64_t rep_know_hash(const struct rep_know *k);

const struct rep_providers *rep_know_providers(const struct rep_know *k);
const struct rep_ways *rep_know_ways(const struct rep_know *k);
/* Never NULL; not `known` when no file has it. */
const struct rep_alert_kind *rep_know_alert(const struct rep_know *k, enum rep_kind kind);
/* Rules in force, in the order of their files, without replaced ones. */
size_t rep_know_rules_n(const struct rep_know *k);
const struct rep_rule *rep_know_rule_at(const struct rep_know *k, size_t i);
const struct rep_rule *rep_know_rule(const struct rep_know *k, struct rep_str id);
/* Reports each pair of rules that can match the same reply and have the same rank. */
unsigned rep_know_ties(const struct rep_know *k, rep_problem_fn problem, void *ctx);
/* Reports each text of a rule by which it can never match, because its own `unless` always does too. */
unsigned rep_know_dead_words(const struct rep_know *k, rep_problem_fn problem, void *ctx);

/* Guides in force, in the order of their files, without replaced ones. */
size_t rep_know_guides_n(const struct rep_know *k);
const struct rep_guide *rep_know_guide_at(const struct rep_know *k, size_t i);
/* The guide of this name, or else the last one with this topic. NULL: none. */
const struct rep_guide *rep_know_guide(const struct rep_know *k, struct rep_str topic);
/*
 * The guide that explains a rule: the one with its code (s775) as a topic; for class authentication
 * also with a word of its name (spf); else the guide for its class. NULL: none.
 */
const struct rep_guide *rep_know_guide_of_rule(const struct rep_know *k, const struct rep_rule *r);
/* Reports each `see` that leads nowhere, and each topic that two guides have. */
unsigned rep_know_guides_check(const struct rep_know *k, rep_problem_fn problem, void *ctx);
/* rep_guides_find over all guides. */
size_t rep_know_guides_find(
    const struct rep_know *k, struct rep_str words, struct rep_guide_hit hits[REP_GUIDE_HITS]);

/* What a reply means. Views point into the text and into the rule. */
struct rep_reading {
	struct rep_smtp_reply reply;
	const struct rep_provider *provider; /* NULL: `other`, or not known */
	const struct rep_rule *rule;	     /* NULL: none matched */
	enum rep_class class;
	enum rep_scope scope;
	bool certain;
	struct rep_str capture[REP_CAPTURE_N]; /* n == 0: none */
	struct rep_folded folded;
};

/*
 * Reads a reply, as the server wrote it or as a log quotes it. `host` is the server that spoke. n
 * == 0: it is not known. Then only a distinctive token, or words that only one provider's replies
 * have, can name the provider, and nothing is certain. When the host is of no known provider, a
 * token counts as well, but the provider stays unknown.
 */
void rep_know_read(
    const struct rep_know *k, struct rep_str host, struct rep_str text, struct rep_reading *out);

/* The same for a parsed reply. Its host is not used. */
void rep_know_read_reply(const struct rep_know *k, const struct rep_provider *provider,
    bool host_known, const struct rep_smtp_reply *reply, struct rep_reading *out);

#endif
