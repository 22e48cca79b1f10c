/*
 * judge/weights.h -- how much each piece of evidence weighs: know/judge.weights.
 *
 *	prior blocked source-or-subnet {
 *		range 0.45
 *		own-reputation 0.3
 *		origin "..."
 *	}
 *	family siblings { cap 6 }
 *	weight siblings_together {
 *		family siblings
 *		range 4
 *		own-reputation 0.8
 *		origin "..."
 *	}
 *	words { almost-surely 0.95; probably 0.75; unlikely 0.35 }
 *	limit compared-messages 200
 *
 *	weight hygiene_high {
 *		family own-conduct
 *		at 0.05 0.1 0.2
 *		hygiene 2 6 14
 *		origin "..."
 *	}
 *
 * A ratio is how many times likelier the evidence is when the cause holds than when it does not.
 * The product within a family stays between 1/cap and cap. With `at`, a weight is a curve over what
 * the piece measures (judge/evidence_id.h): a ratio for each of these points, in between a straight
 * line of the logarithm of the ratio, and before and behind them the first and the last.
 *
 * An own file is read over the built-in one. A block replaces the whole block of the same name. It
 * cannot name evidence or limits that are not in judge/evidence_id.h, or families that are not
 * built in, because nothing would use them. A block with an error is reported and not used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_WEIGHTS_H
#define REP_JUDGE_WEIGHTS_H

#include "base/lex.h"
#include "fact/words.h"
#include "judge/evidence_id.h"

enum { REP_FAMILIES_MAX = 16, REP_PRIORS_MAX = 48, REP_OWN_WEIGHTS_MAX = 16, REP_CURVE_POINTS = 8 };

struct rep_weight {
	struct rep_str name, family, origin;
	double at[REP_CURVE_POINTS];		     /* rising */
	size_t points;				     /* 1: the same ratio whatever is measured */
	double ratio[REP_CAUSE_N][REP_CURVE_POINTS]; /* 1: says nothing about this cause */
	const char *file;			     /* the own file that set it; NULL: built in */
	unsigned line;
};

struct rep_weights {
	struct {
		enum rep_class class;
		enum rep_scope scope; /* NONE: any */
		double p[REP_CAUSE_N];
		const char *file; /* as in struct rep_weight */
		unsigned line;
	} priors[REP_PRIORS_MAX];
	size_t priors_n;
	struct {
		struct rep_str name;
		double cap;
	} families[REP_FAMILIES_MAX];
	size_t families_n;
	struct rep_weight weights[REP_EVIDENCE_N]; /* by id; no name: it weighs nothing */
	size_t weights_n;			   /* the number of weights with a name */
	struct {
		double v;
		bool given;
	} limits[REP_LIMIT_N]; /* by id */
	size_t limits_n;       /* the number of given limits */
	double almost_surely, probably, unlikely;
	bool builtin; /* the built-in file was read: no new names from now on */
	const char *own[REP_OWN_WEIGHTS_MAX]; /* own files that changed something */
	size_t own_n;
};

/*
 * Reads a file over the present weights. `file` and `text` are borrowed for as long as `w` lives.
 * Reports all errors. REP_ESYNTAX: there was one. What has no error is in force all the same.
 */
enum rep_rc rep_weights_parse(struct rep_weights *w, const char *file, struct rep_str text,
    struct rep_arena *a, void (*problem)(void *ctx, const char *sentence), void *ctx,
    struct rep_err *err) REP_NODISCARD;
/* Reads the file that is compiled in. */
enum rep_rc rep_weights_builtin(
    struct rep_weights *w, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

/* A hash of everything in force: another hash means other verdicts. The same on every machine. */
uint64_t rep_weights_hash(const struct rep_weights *w);

/* NULL: the evidence weighs nothing. */
const struct rep_weight *rep_weight(const struct rep_weights *w, enum rep_evidence_id id);
/* The ratio for a cause where so much is measured. */
double rep_weight_ratio(const struct rep_weight *w, enum rep_cause c, double measure);
double rep_weights_cap(const struct rep_weights *w, struct rep_str family);
/* For class and scope; else for the class with any scope; else 0.1 for each cause. */
const double *rep_weights_prior(const struct rep_weights *w, enum rep_class c, enum rep_scope s);
/* The value in the files, else the compiled-in one. */
double rep_weights_limit(const struct rep_weights *w, enum rep_limit_id id);

#endif
