/*
 * auth/spf.h -- SPF, RFC 7208: may this address send mail as this domain?
 *
 * A pure function over a view of the DNS (dns/answer.h): false means that the view does not know
 * an answer yet, and that it should be called again. It returns the result and the whole way to it:
 * each record and term in the order it was looked at, with what was asked and what it cost.
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

/* One step: a record that was read (term.n == 0) or a term of it. */
struct rep_spf_step {
	unsigned depth;
	struct rep_str domain;		     /* whose record */
	struct rep_str term;		     /* as written; n == 0: the record itself */
	struct rep_str target;		     /* what its domain-spec became */
	const struct rep_dns_answer *answer; /* its (first) question; NULL: none was needed */
	bool matched;
	bool decided; /* its end decided: `result` is what it gave */
	enum rep_spf_result result;
	unsigned lookups, void_lookups; /* used so far, itself counted */
	struct rep_str note;		/* why it is an error, or what is odd */
};

struct rep_spf_check {
	enum rep_spf_result result;
	struct rep_str domain;	    /* that was checked */
	struct rep_str mechanism;   /* the term that decided, as written; n == 0: none */
	struct rep_str decided_at;  /* whose record has it */
	struct rep_str explanation; /* n == 0: none */
	struct rep_str reason;	    /* of none, temperror and permerror */
	unsigned lookups, void_lookups;
	struct rep_spf_step *steps; /* in the arena, in the order they were taken */
	bool steps_cut;		    /* more were taken than are kept; the result holds */
	size_t n;
};

/* False: call again when the view knows more. Everything in `out` lives in the arena or the view. */
bool rep_spf_eval(const struct rep_spf_query *q, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_check *out);

/* The SPF record of a domain, among its TXT records. The count tells of none or several. */
size_t rep_spf_find_record(const struct rep_dns_answer *txt, struct rep_str *record);

#endif
