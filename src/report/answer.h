/*
 * report/answer.h -- what the reports of receivers answer: who sends as a domain, what fails and where, since when.
 *
 * Pure: rows in (report/reported.h), answers out, all in the arena. The present is the end of the newest report of the domain, or
 * the time that is given, if that is later.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_ANSWER_H
#define REP_REPORT_ANSWER_H

#include "report/reported.h"

struct rep_report_sums {
	uint64_t messages, passed; /* DMARC: an aligned identifier passed */
	uint64_t dkim, spf;	   /* aligned and passed */
	uint64_t quarantined, rejected;
	uint64_t let_through; /* the receiver says so: none or pass; some say nothing */
	/* Of those that fail: the receiver did otherwise than the policy asks, for a reason of its own (a list, ARC ...). */
	uint64_t spared;
};

/*
 * Who sent. In the order of certainty: the first that holds is taken. A sender that fails and leaves no sign of itself
 * cannot be told from somebody who forges the domain: both are UNKNOWN, and the numbers have to say which it is.
 */
enum rep_report_sender {
	REP_SENDER_OWN = 1, /* an address of ours (learnt from the log, stated, configured) */
	/*
	 * The receiver says that it was forwarded; or it carries, whole or broken, a signature of mail that leaves us directly,
	 * under an envelope that is not ours.
	 */
	REP_SENDER_FORWARDER,
	REP_SENDER_SIGNED,  /* an address that is not known as ours, with our valid signature */
	REP_SENDER_ALLOWED, /* the same, and our SPF record allows it */
	REP_SENDER_SERVICE, /* passes SPF or DKIM as somebody else, whose domain is the name of the source */
	REP_SENDER_UNKNOWN, /* nothing passes */
	REP_SENDER_N
};
const char *rep_report_sender_word(enum rep_report_sender v);

/* What is wrong with the one half of alignment, most messages first. */
enum rep_report_half {
	REP_HALF_FINE = 0,
	REP_HALF_NONE,	    /* no signature; no SPF record, or none that is about this address */
	REP_HALF_UNALIGNED, /* it passes, for another domain: see `other` */
	REP_HALF_FAILS,	    /* of our domain, and it fails */
	REP_HALF_ERROR	    /* temperror or permerror */
};

/*
 * SPF of our domain fails for most mail of an own address, whatever its signature does: at two receivers at least, unless only one
 * had mail of it. A temperror does not count.
 */
struct rep_report_lost {
	bool is;
	uint32_t domain; /* name: of the envelope */
	uint64_t messages, failed;
	int64_t since_s; /* the first day; 0: it was so from the start */
};

struct rep_report_source {
	enum rep_report_sender who;
	uint32_t name; /* of a SERVICE or FORWARDER: its domain; 0: none */
	/*
	 * The sending service that it is; 0: none is known. `through`: its name is of no service, but what passes for most of its mail
	 * is the domain of one. So the owner of the name sends through that service. No forwarder is found in this way.
	 */
	uint16_t service;
	bool through;
	uint32_t from; /* the domain in From of most that fail, else of most; 0: not said */
	struct rep_ip
	    ip;	      /* the one with the most messages that fail; if none does, with the most */
	uint64_t ips; /* how many addresses */
	struct rep_report_sums sums;
	int64_t first_s, last_s; /* begin of the report that ends first, end of the last one */
	uint64_t receivers;	 /* how many saw it */
	enum rep_report_half dkim, spf; /* of those that fail DMARC; FINE when none does */
	uint32_t dkim_other, spf_other; /* the domain that passed instead */
	/* The domain and the selector that `dkim` and `spf` are about, of most messages; 0: there is none, or none is said. */
	uint32_t dkim_domain, dkim_selector, spf_domain;
	struct rep_report_lost spf_lost; /* of OWN */
	bool wanted; /* it looks like a sender of ours, so that somebody has to fix what fails */
	bool fresh;  /* it was first seen after fresh_s of the answer */
};

struct rep_report_receiver {
	uint32_t name;
	struct rep_report_sums sums;
	uint64_t reports; /* that are counted; 0: it reported before, and has stopped */
	int64_t first_s,
	    last_s;	 /* begin of its first report, end of its last one, also of those before */
	int64_t usual_s; /* the usual time between its reports; 0: too few to say */
	bool silent; /* it reported regularly, and has stopped while others go on, or as all have */
	uint64_t overlaps; /* of its reports: their mail may be counted twice */
};

/*
 * One signature, or one SPF domain, of which one receiver says something else than the others. If several receivers do, each of
 * them is one of these.
 */
struct rep_report_differs {
	bool dkim; /* else SPF */
	bool
	    by_domain; /* the receiver names no selectors: all signatures of the domain are compared */
	uint32_t domain, selector, receiver;
	/* Since then: messages here and at the other receivers, and how many receivers those are, for whom it passes. */
	uint64_t here, here_failed, there, there_failed, receivers;
	int64_t since_s; /* the first day from which it fails here; 0: it was so from the start */
	uint8_t result;	 /* what it says most often instead of pass: enum rep_auth_reported */
};

/* Whether two are about the same signature. Selector 0 stands for all signatures of the domain (by_domain). */
static inline bool
rep_report_same_signature(const struct rep_report_differs *x, const struct rep_report_differs *y)
{
	return x->dkim == y->dkim && x->domain == y->domain && x->selector == y->selector;
}

/* One signature or SPF domain that fails at most receivers. */
struct rep_report_broken {
	bool dkim; /* else SPF */
	uint32_t domain, selector;
	uint64_t messages, failed, receivers; /* since then; receivers where it fails as much */
	int64_t since_s; /* the first day from which it fails; 0: it was so from the start */
	uint8_t result;
};

/* One that failed for a time, on two days or more at one receiver, and passes again. */
struct rep_report_healed {
	bool dkim; /* else SPF */
	uint32_t domain, selector;
	uint32_t receiver;		      /* 0: at most of them */
	uint64_t messages, failed, receivers; /* in that time; receivers where it failed */
	int64_t since_s; /* the first day on which it failed; 0: it was so from the start */
	int64_t until_s; /* the end of the last one */
	uint8_t result;
};

struct rep_report_answer {
	int64_t from_s, until_s; /* of the reports: first begin, last end */
	int64_t
	    fresh_s; /* a quarter into that time, or a week if that is longer: who is first seen later is new */
	struct rep_report_sums sums;
	uint64_t reports, overlaps;
	const struct rep_report_source *sources; /* what is wrong first, then most messages first */
	const struct rep_report_receiver *receivers; /* most messages first */
	const struct rep_report_differs *differs;    /* most failures first */
	const struct rep_report_broken *broken;	     /* as above */
	const struct rep_report_healed *healed;	     /* what ended last comes first */
	size_t sources_n, receivers_n, differs_n, broken_n, healed_n;
	const uint32_t
	    *rows; /* the records that count, by their place in `reported`, and how many */
	size_t rows_n;
	const uint32_t
	    *source_of; /* of each record that counts, by its place: which of `sources` */
	/* More than REP_REPORT_DIFFERS_MAX: of `differs` and `broken`, and of `healed`; also receivers that were not compared. */
	uint64_t differs_left_out, healed_left_out;
};

/*
 * At how many receivers the signature of differs[nth] fails, and in *before, how many of them come before nth in `differs`. began:
 * only those are counted where it did not fail from the start.
 */
size_t rep_report_of_signature(
    const struct rep_report_answer *is, size_t nth, bool began, size_t *before);

enum { REP_REPORT_DIFFERS_MAX = 256 }; /* Judgement: nobody reads more */

/* Own addresses, sorted or not. */
struct rep_report_own {
	const struct rep_ip *v;
	size_t n;
};

struct rep_report_question {
	struct rep_str domain; /* the policy's domain, in lower case; empty: all */
	/* What ended before is not counted: those periods only show who reported regularly, and has stopped. */
	int64_t from_s;
	int64_t
	    now_s; /* the present, if that is later than the newest report; 0: it is not known */
	struct rep_report_own own;
};

/* Whether a part is at least so many of a thousand. Counts of strangers are large: no product of them is a whole number. */
static inline bool
rep_report_share(uint64_t part, uint64_t of, unsigned per_mille)
{
	return (double)part * 1000 >= (double)of * per_mille;
}

/* Whether the receiver let it through, or handled it more mildly, for a reason of its own. */
bool rep_report_spared(const struct rep_reported_row *r);

/* REP_EMEM. */
enum rep_rc rep_report_answer(const struct rep_reported *v, const struct rep_report_question *q,
    struct rep_arena *a, struct rep_report_answer *out, struct rep_err *err) REP_NODISCARD;

/* What one receiver saw of one source. */
struct rep_report_cell {
	uint32_t source;   /* of rep_report_answer.sources */
	uint32_t receiver; /* name */
	struct rep_report_sums sums;
	int64_t first_s, last_s; /* begin of the first report with it, end of the last one */
};

/* In *out every source by every receiver that saw it: in the order of the sources, then the most messages first. REP_EMEM. */
enum rep_rc rep_report_cross(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, const struct rep_report_cell **out, size_t *n,
    struct rep_err *err) REP_NODISCARD;

/* --- the parts --------------------------------------------------------------------------------------- */

/* Each of the rows that count: those of the domain. */
struct rep_report_rows {
	const struct rep_reported *all;
	const uint32_t *v;
	size_t n;
};

void rep_report_add(struct rep_report_sums *s, const struct rep_reported_row *r);
/* Uses out->fresh_s. */
enum rep_rc rep_report_sources(const struct rep_report_rows *rows, const struct rep_report_own *own,
    struct rep_arena *a, struct rep_report_answer *out, struct rep_err *err) REP_NODISCARD;
/* Sets spf_lost of each. */
enum rep_rc rep_report_lost(const struct rep_report_rows *rows, const uint32_t *source_of,
    struct rep_report_source *sources, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
/* domain: a name; 0: all. Uses out->until_s. */
enum rep_rc rep_report_receivers(const struct rep_report_rows *rows, uint32_t domain,
    int64_t from_s, int64_t now_s, struct rep_arena *a, struct rep_report_answer *out,
    struct rep_err *err) REP_NODISCARD;
/* Uses out->sources and out->source_of. */
enum rep_rc rep_report_differences(const struct rep_report_rows *rows, struct rep_arena *a,
    struct rep_report_answer *out, struct rep_err *err) REP_NODISCARD;

#endif
