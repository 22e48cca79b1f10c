/*
 * auth/spf.h -- SPF, RFC 7208: may this address send mail as this domain?
 *
 * A pure function over a view of the DNS (dns/answer.h). False: the view does not know an answer
 * yet; call again. Returns the result and how it came about: each record and term in the order of
 * evaluation, with what was asked and what it cost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_H
#define REP_AUTH_SPF_H

#include "auth/spf_record.h"
#include "dns/answer.h"

enum rep_spf_result {
	REP_SPF_NONE = 0,
	REP_SPF_NEUTRAL,
	REP_SPF_PASS,
	REP_SPF_FAIL,
	REP_SPF_SOFTFAIL,
	REP_SPF_TEMPERROR,
	REP_SPF_PERMERROR
};

/* "softfail" */
const char *rep_spf_result_text(enum rep_spf_result r);

enum { REP_SPF_MAX_LOOKUPS = 10, REP_SPF_MAX_VOID = 2, REP_SPF_MAX_MX = 10, REP_SPF_MAX_PTR = 10 };

struct rep_spf_query {
	struct rep_ip ip;
	struct rep_str sender; /* MAIL FROM; n == 0: the null sender, so HELO is checked */
	struct rep_str helo;
	struct rep_str receiver; /* for %{r}; n == 0: "unknown" */
	int64_t now_s;		 /* for %{t} */
};

/* One step of the evaluation: a record (term.n == 0) or one of its terms. */
struct rep_spf_step {
	unsigned depth;
	struct rep_str domain;		     /* the owner of the record */
	struct rep_str term;		     /* as written; n == 0: the record itself */
	struct rep_str target;		     /* its domain-spec after macro expansion */
	const struct rep_dns_answer *answer; /* of its (first) query; NULL: it needed none */
	bool matched;
	bool decided; /* it decided the check with `result` */
	enum rep_spf_result result;
	unsigned lookups, void_lookups; /* used so far, this step included */
	struct rep_str note;		/* why it is an error, or what is unusual */
};

struct rep_spf_check {
	enum rep_spf_result result;
	struct rep_str domain;	    /* the domain that was checked */
	struct rep_str mechanism;   /* the term that decided, as written; n == 0: none */
	struct rep_str decided_at;  /* the domain whose record has that term */
	struct rep_str explanation; /* n == 0: none */
	struct rep_str reason;	    /* for none, temperror and permerror */
	unsigned lookups, void_lookups;
	struct rep_spf_step *steps; /* in the arena, in the order they were taken */
	bool steps_cut;		    /* more were taken than are kept; the result holds */
	size_t n;
};

/* False: call again when the view knows more. All of *out lives in the arena or the view. */
bool rep_spf_eval(const struct rep_spf_query *q, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_check *out);

/* Finds the SPF record among the TXT records of a domain. Returns how many there are. */
size_t rep_spf_find_record(const struct rep_dns_answer *txt, struct rep_str *record);

#endif
