/*
 * fact/aggregate.h -- what an aggregate report says (RFC 9990, RFC 7489 appendix C). Types and words.
 *
 * A receiver reports for one domain and one period how much mail it got from each address in that domain's name, and what
 * SPF, DKIM and DMARC gave. Results stay as they were reported: a record has its list of results, never a product of
 * them. A report is a claim: anybody can mail one.
 *
 * A report may say a word that no standard has. Then the word is kept as it was written beside what it is taken for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_AGGREGATE_H
#define REP_FACT_AGGREGATE_H

#include "base/ip.h"

/* The lists of words. */
enum rep_said_list {
	REP_SAID_POLICY,      /* p, sp, np */
	REP_SAID_ALIGNMENT,   /* adkim, aspf */
	REP_SAID_YES_NO,      /* testing (the tag t), psd */
	REP_SAID_DISCOVERY,   /* discovery_method */
	REP_SAID_DISPOSITION, /* what became of the mail */
	REP_SAID_EVALUATED,   /* dkim and spf of policy_evaluated: aligned or not */
	REP_SAID_REASON,      /* type of reason */
	REP_SAID_DKIM,	      /* result of a signature */
	REP_SAID_SPF,	      /* result of SPF */
	REP_SAID_SCOPE,	      /* of SPF */
	REP_SAID_N
};

/* 0 is always "not said"; REP_SAID_ODD a word that no list knows. These numbers are stored: never renumber. */
enum { REP_SAID_ODD = 255 };
enum rep_published { REP_PUBLISHED_NONE = 1, REP_PUBLISHED_QUARANTINE, REP_PUBLISHED_REJECT };
enum rep_published_alignment { REP_PUBLISHED_RELAXED = 1, REP_PUBLISHED_STRICT };
enum rep_published_yes_no { REP_PUBLISHED_YES = 1, REP_PUBLISHED_NO, REP_PUBLISHED_UNKNOWN };
enum rep_published_discovery { REP_PUBLISHED_PSL = 1, REP_PUBLISHED_TREEWALK };
enum rep_disposition {
	REP_DISPOSITION_NONE = 1,
	REP_DISPOSITION_PASS,
	REP_DISPOSITION_QUARANTINE,
	REP_DISPOSITION_REJECT
};
enum rep_evaluated { REP_EVALUATED_PASS = 1, REP_EVALUATED_FAIL };
enum rep_override {
	REP_OVERRIDE_FORWARDED = 1, /* RFC 7489 only */
	REP_OVERRIDE_SAMPLED_OUT,   /* RFC 7489 only */
	REP_OVERRIDE_TRUSTED_FORWARDER,
	REP_OVERRIDE_MAILING_LIST,
	REP_OVERRIDE_LOCAL_POLICY,
	REP_OVERRIDE_TEST_MODE, /* RFC 9990 only */
	REP_OVERRIDE_OTHER
};
/* Of DKIM and SPF; each has a part of them. */
enum rep_auth_reported {
	REP_REPORTED_NONE = 1,
	REP_REPORTED_PASS,
	REP_REPORTED_FAIL,
	REP_REPORTED_SOFTFAIL,
	REP_REPORTED_NEUTRAL,
	REP_REPORTED_POLICY,
	REP_REPORTED_TEMPERROR,
	REP_REPORTED_PERMERROR
};
enum rep_spf_scope { REP_SPF_SCOPE_HELO = 1, REP_SPF_SCOPE_MFROM };

/* A word of a list. raw.n > 0: it was written so, and is not the word itself. */
struct rep_said {
	uint8_t v;
	struct rep_str raw;
};

/*
 * Reads a word, upper and lower case alike. False: a standard has no such word; v is then what it is taken for (a known
 * mistake), or REP_SAID_ODD. An empty word is "not said", and true.
 */
bool rep_said_parse(enum rep_said_list list, struct rep_str word, struct rep_said *out);
/* The word; NULL for 0 and unknown numbers. */
const char *rep_said_word(enum rep_said_list list, unsigned v);
/* The word as people should see it: that of the list, else as it was written. Empty: not said. */
struct rep_str rep_said_text(enum rep_said_list list, const struct rep_said *s);

/* Which standard a report keeps to, by its namespace and by what only one of them has. */
enum rep_aggregate_schema {
	REP_SCHEMA_NONE = 0,
	REP_SCHEMA_RFC7489,
	REP_SCHEMA_RFC9990,
	REP_SCHEMA_MIXED,
	REP_SCHEMA_N
};
const char *rep_schema_word(enum rep_aggregate_schema v);

/* All views are borrowed; n == 0: not said. */
struct rep_aggregate {
	struct rep_str org, email, contact, report_id, error, generator, version;
	int64_t begin_s, end_s; /* 0: not said, or not to be believed */
	enum rep_aggregate_schema schema;
	/* The policy that the receiver found. */
	struct rep_str domain, fo;
	struct rep_said p, sp, np, adkim, aspf, testing, psd, discovery;
	int pct;	  /* -1: not said */
	uint64_t records; /* how many it has */
	uint64_t count;	  /* the sum of their counts */
};

struct rep_auth_said {
	bool dkim; /* else SPF */
	struct rep_said result, scope;
	struct rep_str domain, selector, human;
};

struct rep_override_said {
	struct rep_said type;
	struct rep_str comment;
};

enum {
	/* Judgement: real records have up to a dozen signatures and one or two reasons. More are counted as left out. */
	REP_AGGREGATE_AUTH_MAX = 256,
	REP_AGGREGATE_REASONS_MAX = 64
};

struct rep_aggregate_record {
	struct rep_ip source_ip; /* version 0: not said, or no address */
	uint64_t count;
	struct rep_said disposition, dkim, spf;
	struct rep_str header_from, envelope_from, envelope_to;
	const struct rep_override_said *reasons;
	const struct rep_auth_said *auth;
	size_t reasons_n, auth_n;
	uint64_t offset; /* where it begins in the unpacked document */
};

/* What is wrong with a report. */
enum rep_report_fault {
	REP_FAULT_NONE = 0,
	REP_FAULT_MISSING,   /* an element that the standard requires */
	REP_FAULT_TWICE,     /* an element that there may be one of; the first counts */
	REP_FAULT_MISPLACED, /* an element in another one than it belongs in */
	REP_FAULT_NAME,	     /* an element whose name has another case, or is misspelt */
	REP_FAULT_WORD,	     /* a word that no standard has */
	REP_FAULT_NUMBER,    /* a number that is none, or that nobody can believe */
	REP_FAULT_TIME,	     /* a time that is none, or that nobody can believe */
	REP_FAULT_ADDRESS,   /* an address that is none */
	REP_FAULT_UNCLOSED,  /* an element without its end */
	REP_FAULT_STRAY,     /* an end without its element, or text where there may be none */
	REP_FAULT_TEXT,	     /* '<' or '&' that begin nothing */
	REP_FAULT_ENCODING,  /* bytes that are no UTF-8, or a byte order mark */
	REP_FAULT_TRUNCATED, /* the document ends in the middle */
	REP_FAULT_BEHIND,    /* something is behind the report */
	REP_FAULT_LONG,	     /* longer, deeper or more than is read */
	REP_FAULT_UNKNOWN,   /* an element that no standard has */
	REP_FAULT_TYPE,	     /* a value of another type: text for a number */
	REP_FAULT_SYNTAX,    /* what is no JSON */
	REP_FAULT_N
};
const char *rep_fault_word(enum rep_report_fault v);

/* One kind of fault in one element of a report, however often. */
struct rep_report_note {
	enum rep_report_fault fault;
	struct rep_str element; /* empty: none in particular */
	struct rep_str value;	/* what stands there, cut; empty: nothing */
	uint64_t offset;	/* of the first one */
	uint64_t times;
};

#endif
