/*
 * audit/audit.h -- turns the results of src/auth into findings: one function for each subject.
 *
 * Each is a pure function over a view of the DNS, and adds to `f`. False: the view does not know
 * enough yet; call again with an empty `f`. Nothing here decides what is shown where.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_AUDIT_H
#define REP_AUDIT_AUDIT_H

#include "audit/finding.h"
#include "auth/caa.h"
#include "auth/dkim.h"
#include "auth/dmarc.h"
#include "auth/mta_sts.h"
#include "auth/spf_audit.h"
#include "auth/tlsa.h"
#include "audit/sweep.h"
#include "fact/starttls.h"
#include "know/clouds.h"
#include "know/provider.h"

enum { REP_AUDIT_MAX_IPS = 64 };

/* An address that the store knows as a source of mail, of this domain or of another. */
struct rep_audit_known {
	struct rep_ip ip;
	bool stated; /* a person configured or stated it; false: a provider named it */
};

/* The domain and the own addresses to audit. */
struct rep_audit_in {
	struct rep_name domain;
	struct rep_str domain_text;
	const struct rep_ip *ip; /* own addresses */
	size_t ip_n;
	const struct rep_audit_known *known; /* never proposed, but not to be lost either */
	size_t known_n;
	const struct rep_providers *providers; /* who runs mailboxes; NULL: not known */
	int64_t now_s;
};

/*
 * Whether the domain does not exist, and no domain above it up to the organization's: a name below one
 * that exists only has no records yet. False: not known yet.
 */
bool rep_audit_gone(const struct rep_audit_in *in, const struct rep_dns_view *v, bool *gone);

/*
 * SPF of the domain, with the one record to publish (audit/spf_fix.h). `out` gets the walk,
 * checks[i] the result for address i, *proposed the record; n == 0: none.
 */
bool rep_audit_spf(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out, struct rep_spf_check *checks, struct rep_str *proposed,
    struct rep_findings *f);

enum {
	REP_AUDIT_MAX_KEYS = 48,
	REP_AUDIT_MAX_NS = 16,
	REP_AUDIT_MAX_ALIASES = 8,
	REP_AUDIT_SLOW_MS = 1500
};

/* The answers about a key from one name server that was asked directly. */
struct rep_audit_ns {
	struct rep_name host;
	struct rep_ip ip;
	const struct rep_dns_answer *udp, *tcp;
};

struct rep_audit_key {
	struct rep_str selector;
	bool named; /* given by the user; false: a usual one */
	const struct rep_dns_answer *answer;
	/* An alias (CNAME) that was meant, or one that DNS does not answer behind. n == 0: none. */
	struct rep_name alias;
	bool
	    alias_more; /* it is one of REP_AUDIT_MAX_ALIASES, and leads on: no more are followed */
	struct rep_dkim_key key;
	struct rep_audit_ns ns[REP_AUDIT_MAX_NS];
	size_t ns_n;
};

struct rep_audit_dkim {
	struct rep_audit_key v[REP_AUDIT_MAX_KEYS];
	size_t n;
	bool wildcard;			  /* every selector gets an answer */
	const struct rep_dns_answer *any; /* about a selector that nobody uses; NULL: not asked */
	unsigned tried;
	unsigned failed; /* usual selectors that could not be asked */
};

/* Whether a key was found that receivers can use. */
bool rep_dkim_has_key(const struct rep_audit_dkim *d);

/* Whether a selector is tried even if nobody names it. */
bool rep_audit_dkim_usual(struct rep_str selector);
/* These selectors, one by one; NULL: that was the last one. */
const char *rep_audit_dkim_nth(size_t i);

/* The keys at the given selectors and at the usual ones. */
bool rep_audit_dkim(const struct rep_audit_in *in, const char *const *selectors, size_t selectors_n,
    const struct rep_dns_view *v, struct rep_audit_dkim *out, struct rep_findings *f);

/* The zone of the domain: its name servers, and what each says when it is asked for the SOA. */
struct rep_audit_zone {
	struct rep_name name;
	const struct rep_dns_answer *ns;
	struct {
		struct rep_name host;
		const struct rep_dns_answer *a, *aaaa;
	} v[REP_AUDIT_MAX_NS];
	size_t n;
	struct {
		size_t host; /* of v */
		struct rep_ip ip;
		const struct rep_dns_answer *soa;
	} asked[REP_AUDIT_MAX_NS];
	size_t asked_n;
};

/* `dkim`: what its findings say of a server is not said again. */
bool rep_audit_zone(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_dkim *dkim, struct rep_audit_zone *out, struct rep_findings *f);

/* DMARC of the domain, found in both ways, with its report addresses. */
bool rep_audit_dmarc(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_dmarc *out, struct rep_findings *f);

enum rep_ptr_state {
	REP_PTR_OWN = 0,     /* confirmed, and below the audited domain */
	REP_PTR_CONFIRMED,   /* confirmed; no domain to compare with */
	REP_PTR_FOREIGN,     /* confirmed, but the name is somebody else's */
	REP_PTR_GENERIC,     /* confirmed, but it is the cloud's own name */
	REP_PTR_UNCONFIRMED, /* the name does not lead back to the address */
	REP_PTR_MISSING,
	REP_PTR_UNKNOWN /* DNS did not answer */
};

enum { REP_PTR_NAMES = 10 };

struct rep_audit_ptr {
	enum rep_ptr_state state; /* of the best name */
	struct rep_name arpa;
	const struct rep_dns_answer *ptr;
	struct {
		struct rep_name name;
		const struct rep_dns_answer *forward;
		bool confirmed, generic;
		const struct rep_cloud *cloud;
	} name[REP_PTR_NAMES];
	size_t names;
	const struct rep_dns_answer *helo; /* NULL: none was given, or it is not a name */
	bool helo_confirmed, helo_syntax;
};

const char *rep_ptr_state_text(enum rep_ptr_state s);

/*
 * PTR, the way back, and HELO of all in->ip; out[i] is of address i. in->domain (n == 0: none) tells own
 * names from foreign ones. All addresses are looked at together: one setting of HELO, and records that
 * take nothing from another address, proven over a view that has them.
 */
bool rep_audit_ptr(const struct rep_audit_in *in, struct rep_str helo,
    const struct rep_clouds *clouds, const struct rep_dns_view *v, struct rep_audit_ptr *out,
    struct rep_findings *f);

/* Whether mail to a domain can arrive, as far as DNS tells. */
enum rep_takes_mail { REP_TAKES_MAIL = 0, REP_TAKES_NONE, REP_TAKES_UNKNOWN };

/*
 * `why` (of REP_TAKES_NONE; the text is constant): "it takes no mail (null MX)". False: the view
 * does not know yet.
 */
bool rep_audit_takes_mail(const struct rep_name *domain, const struct rep_dns_view *v,
    enum rep_takes_mail *out, const char **why);

enum { REP_AUDIT_MAX_MX = 32, REP_AUDIT_MAX_TXT = 4 };

/* The MTA-STS policy. The caller fetches it between two calls. */
struct rep_audit_policy {
	bool wanted;  /* there is a record: please fetch it */
	bool fetched; /* fetched, or the attempt failed */
	struct rep_str text;
	struct rep_str failure; /* n > 0: why there is none */
	bool no_address;	/* failure: its host has no address */
};

enum rep_mx_state {
	REP_MX_GOOD = 0,
	REP_MX_UNKNOWN, /* DNS did not answer for its address */
	REP_MX_DEAD,	/* it has no address */
	REP_MX_INSIDE,	/* all its addresses are private or special */
	REP_MX_LITERAL	/* it is an address, not a host name */
};

/* Records of one kind: how many there are, and the first ones. */
struct rep_audit_txt {
	struct rep_str v[REP_AUDIT_MAX_TXT];
	size_t n;			     /* may be more than REP_AUDIT_MAX_TXT */
	bool failed;			     /* DNS did not answer */
	const struct rep_dns_answer *answer; /* NULL: no such name, or an alias by a wildcard */
};

enum { REP_AUDIT_MAX_CAA = 9, REP_AUDIT_MAX_ISSUERS = 8 };

/* Who may issue certificates for one host: what its CAA records say, or those of a name above it. */
struct rep_audit_caa {
	struct rep_name host;
	bool policy;			  /* it is the host of the MTA-STS policy, not an MX */
	const struct rep_dns_answer *set; /* NULL: there are none, so anybody may */
	bool failed;			  /* DNS did not answer for one of the names */
	enum rep_caa_word word;
	enum rep_caa_word wildcard;		      /* for "*" and the name above the host */
	struct rep_str issuer[REP_AUDIT_MAX_ISSUERS]; /* domains of authorities */
	size_t issuers;
};

/* How the domain receives mail: MX, TLS, logo. */
struct rep_audit_mail {
	const struct rep_dns_answer *mx, *a, *aaaa;
	bool null_mx, null_beside; /* a null MX alone, and beside others */
	struct {
		struct rep_name host;
		unsigned preference;
		enum rep_mx_state state;
		const struct rep_dns_answer *a, *aaaa, *tlsa;
		bool signed_zone; /* tlsa: it came validated, or a DS record is above it */
	} v[REP_AUDIT_MAX_MX];
	size_t n;
	size_t usable;		   /* of v: good, or unknown */
	enum rep_takes_mail takes; /* mail to the domain */
	/* For a proposal: a host below the domain with an address, and a name that is free. n == 0: none. */
	struct rep_name host, unused;
	struct rep_ip host_ip;
	struct rep_audit_txt sts, tlsrpt, bimi;
	struct rep_sts_policy policy;
	struct rep_audit_caa caa[REP_AUDIT_MAX_CAA]; /* of own hosts */
	size_t caa_n;
};

enum { REP_AUDIT_MAX_SHOWN = 8 };

/* What the servers of the MX showed of STARTTLS. The caller asks them between two calls, if it wants. */
struct rep_audit_tls {
	bool asked;
	struct rep_audit_shown {
		struct rep_name host;
		struct rep_ip ip;
		struct rep_starttls seen;
	} v[REP_AUDIT_MAX_SHOWN];
	size_t n, more; /* more: addresses beyond the limit */
};

/* The addresses of the MX to ask: one of each MX first. seen is NOT_ASKED. */
void rep_audit_tls_begin(const struct rep_audit_mail *m, struct rep_audit_tls *out);

bool rep_audit_mail(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_audit_policy *policy, struct rep_audit_mail *out, struct rep_findings *f);

enum rep_dnssec {
	REP_DNSSEC_UNKNOWN = 0, /* the resolver does not validate, or the domain did not answer */
	REP_DNSSEC_UNSIGNED,
	REP_DNSSEC_SIGNED, /* and validated */
	REP_DNSSEC_BOGUS   /* the resolver says SERVFAIL because of wrong signatures */
};

/*
 * The signatures of the domain's records, as a resolver that validates sees them, and which answers
 * are missing because of them.
 */
struct rep_audit_dnssec {
	enum rep_dnssec state;
	bool spf, mx, dmarc, key[REP_AUDIT_MAX_KEYS], ptr[REP_AUDIT_MAX_IPS];
};

/* NULL for UNKNOWN. */
const char *rep_dnssec_text(enum rep_dnssec s);

struct rep_audit_domain;

/*
 * Looks at answers that the other parts of `d` asked for: their bit AD, which a resolver sets only if it
 * validated (RFC 4035, 3.2.3; RFC 6840, 5.8). Where it is not set, the root zone, which is signed, tells
 * whether this resolver validates at all. A name with SERVFAIL is asked for once more without a check of
 * its signatures (CD; RFC 4035, 3.2.2): if it then has an answer, and the resolver validates, they are
 * wrong (bogus; RFC 4035, 5.5). So nothing more is asked of a signed domain, and one question of others.
 */
bool rep_audit_dnssec(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_domain *d, struct rep_audit_dnssec *out, struct rep_findings *f);

/* Whether a domain sends mail. UNKNOWN: a record that may name a sender was not answered, or cannot be read. */
enum rep_sends { REP_SENDS_NOTHING = 0, REP_SENDS_UNKNOWN, REP_SENDS_MAIL };

/* Everything about a domain except the lists. */
struct rep_audit_domain {
	struct rep_spf_audit spf;
	struct rep_spf_check checks[REP_AUDIT_MAX_IPS];
	struct rep_str spf_proposed; /* n == 0: none */
	struct rep_audit_dkim dkim;
	struct rep_dmarc dmarc;
	struct rep_audit_mail mail;
	struct rep_audit_zone zone;
	struct rep_audit_ptr ptr[REP_AUDIT_MAX_IPS];
	struct rep_audit_policy policy;
	struct rep_audit_tls tls;
	struct rep_audit_dnssec dnssec;
	bool gone; /* it does not exist */
	enum rep_sends sends;
	bool parked;	       /* it declares that it sends no mail */
	bool misplaced_failed; /* whether records are at the wrong name could not be asked */
};

struct rep_audit_more {
	const char *const *selectors;
	size_t selectors_n;
	struct rep_str helo;
	const struct rep_clouds *clouds;
};

bool rep_audit_domain(const struct rep_audit_in *in, const struct rep_audit_more *more,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_audit_domain *out,
    struct rep_findings *f);

/*
 * Records that are published at label.DOMAIN.DOMAIN and missing at label.DOMAIN. Needs the other
 * results in `d`, and their findings in `f`: where a record is missing and is found at the wrong
 * name, both findings propose that one. False: the view does not know enough yet.
 */
bool rep_audit_misplaced(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_arena *a, struct rep_audit_domain *d, struct rep_findings *f);

/*
 * What lists are asked about: the domain, the addresses, and the organizational domains of HELO and
 * PTR names that are another's. *out is in the arena. Returns how many; 0: out of memory.
 */
size_t rep_audit_list_subjects(const struct rep_audit_in *in, struct rep_str helo,
    const struct rep_audit_domain *d, struct rep_arena *a, const struct rep_sweep_subject **out);

/*
 * Whether receivers refuse mail because the address is of a kind that should not send (PBL): it is listed
 * by itself, on a list that large providers use or one of them named. `said` as below.
 */
bool rep_audit_refused_kind(const struct rep_sweep_hit *h, struct rep_str said);
/* What to do about it; in the arena. */
struct rep_str rep_audit_policy_words(
    struct rep_arena *a, const struct rep_sweep_hit *h, struct rep_str ip);

/*
 * Turns the results of the lists into findings. `said` (n == 0: nothing) is what receivers said when
 * they refused: a list that is named there is not a minor one.
 */
void rep_audit_lists(const struct rep_sweep *s, struct rep_str said, struct rep_findings *f);

#endif
