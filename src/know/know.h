/*
 * know/know.h -- what is true for everyone: replies, providers, guides; and the reading of a reply.
 *
 * Built once (files added, then rep_know_ready); one thread reads at a time. Everything is
 * data (doc/rules.md); nothing here names a provider.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_KNOW_H
#define REP_KNOW_KNOW_H

#include "know/fold.h"
#include "know/guide.h"
#include "know/ways.h"
#include "know/provider.h"
#include "know/rule.h"
#include "mail/smtp_reply.h"

struct rep_know;

struct rep_know *rep_know_new(void); /* NULL: out of memory */
void rep_know_free(struct rep_know *k);

/* Adds a file by the end of its name: ".rules", ".providers", ".guide", ".options"; others are REP_EUSAGE. `text` is copied. */
enum rep_rc rep_know_add(struct rep_know *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;
/* Everything compiled in. Problems here are ours: an error. */
enum rep_rc rep_know_add_builtin(struct rep_know *k, struct rep_err *err) REP_NODISCARD;
/* Builds the tables to find rules by. After it rep_know_read works and nothing more is added. */
enum rep_rc rep_know_ready(struct rep_know *k, struct rep_err *err) REP_NODISCARD;

/* Of the files of rules and providers that were added: another hash, other readings. */
uint64_t rep_know_hash(const struct rep_know *k);

const struct rep_providers *rep_know_providers(const struct rep_know *k);
const struct rep_ways *rep_know_ways(const struct rep_know *k);
/* Rules in force, in the order of their files; replaced ones are not among them. */
size_t rep_know_rules_n(const struct rep_know *k);
const struct rep_rule *rep_know_rule_at(const struct rep_know *k, size_t i);
const struct rep_rule *rep_know_rule(const struct rep_know *k, struct rep_str id);
/* Tells of each pair of rules that can match the same reply and are equal in rank. */
unsigned rep_know_ties(const struct rep_know *k, rep_problem_fn problem, void *ctx);

/* Guides in force, in the order of their files; replaced ones are not among them. */
size_t rep_know_guides_n(const struct rep_know *k);
const struct rep_guide *rep_know_guide_at(const struct rep_know *k, size_t i);
/* The guide of this name, else the last that has it among its topics; NULL: none. */
const struct rep_guide *rep_know_guide(const struct rep_know *k, struct rep_str topic);
/*
 * Where a rule is explained at length: the guide that has its code (s775) among its topics, for
 * class authentication also a word of its name (spf); else the guide for its class. NULL: none.
 */
const struct rep_guide *rep_know_guide_of_rule(const struct rep_know *k, const struct rep_rule *r);
/* Tells of each `see` that leads nowhere and each topic that two guides claim. */
unsigned rep_know_guides_check(const struct rep_know *k, rep_problem_fn problem, void *ctx);
/* rep_guides_find over all of them. */
size_t rep_know_guides_find(
    const struct rep_know *k, struct rep_str words, struct rep_guide_hit hits[REP_GUIDE_HITS]);

/* What a reply means. Views point into the text read and into the rule. */
struct rep_reading {
	struct rep_smtp_reply reply;
	const struct rep_provider *provider; /* NULL: other, or not known */
	const struct rep_rule *rule;	     /* NULL: none matched */
	enum rep_class class;
	enum rep_scope scope;
	bool certain;
	struct rep_str capture[REP_CAPTURE_N]; /* n == 0: none */
	struct rep_folded folded;
};

/*
 * Reads a reply, as the server wrote it or quoted. `host` is who spoke; n == 0 when not
 * known: then only a distinctive token may name the provider, and nothing is certain.
 */
void rep_know_read(
    const struct rep_know *k, struct rep_str host, struct rep_str text, struct rep_reading *out);

/* The same for a reply that is parsed already (its host is not looked at). */
void rep_know_read_reply(const struct rep_know *k, const struct rep_provider *provider,
    bool host_known, const struct rep_smtp_reply *reply, struct rep_reading *out);

#endif
