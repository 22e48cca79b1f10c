/*
 * know/rule.h -- one rule: what a reply means. The language is in doc/rules.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_RULE_H
#define REP_KNOW_RULE_H

#include "base/lex.h"
#include "fact/words.h"
#include "know/pattern.h"

enum rep_speaker {
	REP_SPEAKER_OWN = 0,
	REP_SPEAKER_ANY,
	REP_SPEAKER_SOFTWARE,
	REP_SPEAKER_PROVIDER
};

/* A set of codes like "45x". Each digit, or -1 for any. */
struct rep_code_set {
	signed char d[3];
};

/* A set of enhanced codes. class -1: 4 or 5, -2: any. Ranges of subject and detail, -1: any. */
struct rep_enh_set {
	int class, subject, detail_from, detail_to;
};

struct rep_token {
	struct rep_str folded, as_written;
};

/* Memory: the arena of struct rep_know, and the text of its file. n == 0 or NULL: not given. */
struct rep_rule {
	struct rep_str id; /* "microsoft-consumer.s3140" */
	enum rep_speaker speaker;
	struct rep_str speaker_id; /* empty for any */
	const struct rep_code_set *codes;
	const struct rep_enh_set *enhs;
	const struct rep_token *tokens;
	const struct rep_pattern *const *texts, *const *unless, *const *captures;
	size_t codes_n, enhs_n, tokens_n, texts_n, unless_n, captures_n;
	unsigned stages; /* bit 1 << enum rep_stage; 0: any */
	enum rep_class class;
	enum rep_scope scope;
	enum rep_retry retry;
	int64_t retry_after_s; /* -1: not given */
	int64_t ends_s;	       /* it ends by itself after so long at most; 0: not given */
	int cause;	       /* enum rep_cause; -1: not given */
	bool certain, certain_given;
	struct rep_str meaning, remedy, url, source;
	struct rep_str called;	/* the cause in words of its own: "connections that hang" */
	struct rep_str first;	/* how remedy begins: to be done before a request */
	struct rep_str letter;	/* what to tell the receiver, ready to send */
	struct rep_str request; /* what the request asks for, as its last sentence */
	bool form;	    /* url is where a request is made: a form, or an address to write to */
	bool no_direct;	    /* the range may not send mail directly; no request changes that */
	struct rep_str way; /* another way that helps; shown only where own conduct allows it */
	const char *file;   /* the file it is in */
	unsigned line, col;
	uint32_t order;
	uint32_t unless_hook; /* index of its first `unless` pattern among the hooks (build.c) */
};

/* Called for every error in a file, with one sentence that has its place. */
typedef void (*rep_problem_fn)(void *ctx, const char *sentence);

typedef enum rep_rc (*rep_rule_fn)(void *ctx, const struct rep_rule *r, struct rep_err *err);

/*
 * Reads one file of rules and passes each valid rule to `rule`. Errors go to `problem`, and what is
 * wrong is left out. The rest is used. *bad gets the number of errors. Rules have views into `file`
 * and `text`.
 */
enum rep_rc rep_rules_parse(const char *file, struct rep_str text, struct rep_arena *a,
    rep_rule_fn rule, rep_problem_fn problem, void *ctx, unsigned *bad,
    struct rep_err *err) REP_NODISCARD;

bool rep_code_in(const struct rep_code_set *v, size_t n, int code);
bool rep_enh_in(const struct rep_enh_set *v, size_t n, const int enh[3]);

#endif
