/*
 * store/store.h -- stores facts, makes rollups, answers queries.
 *
 * One interface with two back ends: SQLite (a file) and memory (tests, dry runs). All writing
 * happens between rep_store_begin and rep_store_commit. Facts, rollups, names, learnt addresses,
 * positions of inputs and saved state are stored together or not at all.
 *
 * A fact counts once. Its identity is hashed with the key (SipHash, base/hash.h) and stored for
 * ever, apart from the fact, in 8 bytes. So a line does not count twice when its fact was removed
 * after 90 days, or with --rollups-only.
 *
 * A complete recipient is never stored: recipients are hashed with the key, and texts are masked
 * (mail/mask.h) before they are stored.
 *
 * Errors: REP_EIO with a sentence that names the file and what SQLite said (disk full, read-only,
 * damaged, not a database, locked by another process). After a call in a transaction has failed,
 * call only rep_store_rollback or rep_store_close; all other calls return REP_EUSAGE. One thread
 * per store. Several processes may open the file. One at a time writes. The others wait for it in a
 * queue, up to REP_STORE_WAIT_S seconds (rep_store_wait).
 *
 * A database that was filled with another key can be opened only for reading, else REP_EUSAGE. For
 * reading, the key may be NULL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_STORE_H
#define REP_STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "fact/complaint.h"
#include "fact/fact.h"
#include "fact/found.h"
#include "fact/handed.h"
#include "fact/noted.h"

struct rep_store;

enum {
	/* never writes; works on a file without write permission; shows the moment of opening */
	REP_STORE_READ_ONLY = 1,
	REP_STORE_ROLLUPS_ONLY = 2, /* no rows in `fact`; everything else as usual */
	REP_STORE_CREATE = 4	    /* make the file (0600) and its folder (0700) if missing */
};

/* Opens or makes the database. REP_ENOTFOUND when it does not exist and may not be made. */
enum rep_rc rep_store_open(const char *path, unsigned flags, const struct rep_key *key,
    struct rep_store **out, struct rep_err *err) REP_NODISCARD;
/* An empty store in memory. Its content is lost at rep_store_close. */
enum rep_rc rep_store_open_memory(unsigned flags, const struct rep_key *key, struct rep_store **out,
    struct rep_err *err) REP_NODISCARD;
void rep_store_close(struct rep_store *s); /* rolls back an open transaction; NULL is allowed */
/*
 * Closes the file, and keeps in memory what was answered so far, such as names: for one who shows it for
 * long, and must not keep others from tidying up the file. Then only rep_store_close may be called.
 */
void rep_store_let_go(struct rep_store *s);

/*
 * Until rep_store_read_end all answers are of one moment, whatever other processes write meanwhile:
 * names, counts and what belongs to them. They nest. In a transaction, and in a store for reading
 * only, that is always so. rep_store_begin is an error before the end.
 */
enum rep_rc rep_store_read_begin(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
void rep_store_read_end(struct rep_store *s);

/*
 * How long rep_store_begin waits while another process writes. `waits` (may be NULL) is called
 * once, after a second of waiting. A process that waits is served before one that begins again
 * after a commit: the queue is a lock on the empty file PATH-queue.
 */
enum { REP_STORE_WAIT_S = 5 };
typedef void (*rep_store_waits_fn)(void *ctx);
void rep_store_wait(struct rep_store *s, unsigned seconds, rep_store_waits_fn waits, void *ctx);
/* Whether another process has written between the last two transactions of this store. */
bool rep_store_changed(const struct rep_store *s);

enum rep_rc rep_store_begin(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
/* REP_EMEM, and nothing is kept, also when memory ran out elsewhere (base/memory.h). */
enum rep_rc rep_store_commit(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
void rep_store_rollback(struct rep_store *s);

/*
 * Counts a fact, unless its identity is known. *fresh (may be NULL) is true when it was counted. A
 * fact with status NONE is only stored as a sample; its text is then a part of the identity.
 *
 * Replies of provider `other` are rolled up without provider_domain, until the domain refuses: a
 * reply of class throttled, blocked, listed, authentication or identity. After that it is counted
 * with the domain's name. So recovery can be seen, and a hundred thousand small domains stay one
 * row. When more than some 500 such domains refuse in 30 days, further ones need several refusals
 * (store/refusing.h); those without a name are counted as REP_OTHER_DOMAINS.
 *
 * When the logs have more than some thousand labels, further ones need several deliveries to be
 * counted by name (store/refusing.h); those without a name are counted as REP_OTHER_LABELS.
 *
 * A failure counts once, even if the log, a bounce and an event all report it. Facts of documents
 * (f->document) are joined with others by queue id or Message-ID and recipient. When a document has
 * neither id, they are joined by recipient, code and time (within about ten minutes).
 *
 * f->named is not used: call rep_store_source for facts that were fresh.
 */
enum rep_rc rep_store_add(
    struct rep_store *s, const struct rep_fact *f, bool *fresh, struct rep_err *err) REP_NODISCARD;

/* The names of a complaint, before they have numbers. */
struct rep_complaint_names {
	struct rep_str provider, stream, route, domain, reporter;
	struct rep_str message_id, recipient; /* only for the identity; not stored */
};

/*
 * Counts a complaint, unless it is known. *fresh is true when it was counted. Sets the numbers in
 * c.
 */
enum rep_rc rep_store_complaint(struct rep_store *s, struct rep_complaint *c,
    const struct rep_complaint_names *names, bool *fresh, struct rep_err *err) REP_NODISCARD;

/*
 * Finds the deliveries that Message-IDs belong to, for all that are asked together. Facts have no
 * index for this (it would slow down every ingest), so they are walked through, the newest first,
 * until all are found. Only accepted mail counts, because nobody complains of mail that was
 * refused. When one message has several deliveries, any of them is returned. With
 * REP_STORE_ROLLUPS_ONLY there are no facts, so nothing is found.
 */
struct rep_traced {
	struct rep_str id; /* to look for, borrowed; brackets or none; n == 0: never found */
	bool found;
	int64_t at_s;
	uint32_t label, stream, provider; /* names, set when found */
};
/*
 * Times of the oldest and the newest fact with a Message-ID that were walked through. 0, 0: there
 * is none. When something was not found, these are all the facts there are.
 */
struct rep_traced_span {
	int64_t first_s, last_s;
};
enum rep_rc rep_store_message(struct rep_store *s, struct rep_traced *v, size_t n,
    struct rep_traced_span *span, struct rep_err *err) REP_NODISCARD;

/* Calls fn for each complaint with at_s in [from_s, until_s), in any order. */
typedef enum rep_rc (*rep_complaint_fn)(void *ctx, const struct rep_complaint *c);
enum rep_rc rep_store_each_complaint(struct rep_store *s, int64_t from_s, int64_t until_s,
    rep_complaint_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;
/* All of them, oldest first. The caller frees *v. */
enum rep_rc rep_store_complaints(struct rep_store *s, int64_t from_s, int64_t until_s,
    struct rep_complaint **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * Who handed mail in, by log host, name and hour, of the last REP_HANDED_DAYS days. Owned by the
 * store, until the next call. There is room for some 1,000 names (store/handed.h); of those that
 * had no room, there is one row for each kind, whose name and host are empty.
 */
enum { REP_HANDED_DAYS = 14 };
enum rep_rc rep_store_handed(
    struct rep_store *s, const struct rep_handed **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/* Adds a public address of a label: learnt, stated or configured. Needs a transaction. */
enum rep_rc rep_store_source(struct rep_store *s, struct rep_str label, const struct rep_ip *public,
    enum rep_known_by by, int64_t at_s, struct rep_err *err) REP_NODISCARD;

/*
 * How far an input was read. An input is recognised by its content, not by its name: by the hash of
 * its first head_n bytes (uncompressed), and of the tail_n bytes before `offset`.
 */
struct rep_input {
	int64_t id; /* 0: new */
	uint32_t head_n, tail_n;
	uint64_t head, tail; /* keyed hashes */
	uint64_t offset;     /* bytes of the uncompressed input that were read */
	uint64_t lines, bad; /* lines read, and lines that could not be read */
	int64_t first_s;     /* times of its first and last line with a time; 0: none */
	int64_t last_s;
	int64_t read_s; /* when it was last read (the clock) */
	char name[256]; /* its last name; a long one is cut at the front */
};
/* Writes or updates. Sets in->id when it was 0. Needs a transaction. */
enum rep_rc rep_store_input_put(
    struct rep_store *s, struct rep_input *in, struct rep_err *err) REP_NODISCARD;
/* All inputs, the last read first. *v is owned by the store, until the next call. */
enum rep_rc rep_store_inputs(
    struct rep_store *s, const struct rep_input **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * State of a reader (open queue ids), any bytes, by name. It may contain recipients only as hashes
 * (rep_recipient_hash, rep_recipient_identity), 8 bytes, least significant first, so that
 * rep_store_forget finds them. It may contain logins as text: a state that contains the forgotten
 * address is removed completely. put without bytes removes it. get: n is 0 when there is none; the
 * view is valid until the next call.
 */
enum rep_rc rep_store_state_put(
    struct rep_store *s, const char *name, struct rep_str bytes, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_store_state_get(struct rep_store *s, const char *name, struct rep_str *bytes,
    struct rep_err *err) REP_NODISCARD;

/* --- reading ------------------------------------------------------------------- */

/* All names. More come with new facts, so ask again after writing. */
struct rep_names rep_store_names(struct rep_store *s);
/* Number of a name. 0 when it is not known. */
uint32_t rep_store_name_id(struct rep_store *s, struct rep_str name);

/*
 * Observations of a level with from_s in [from_s, until_s), ordered by all their fields in the
 * order of the struct. Nothing may be written from within fn. When fn returns another rc than
 * REP_OK, the walk ends and returns that.
 */
typedef enum rep_rc (*rep_observation_fn)(void *ctx, const struct rep_observation *o);
enum rep_rc rep_store_observations(struct rep_store *s, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* Whose observations are wanted. */
struct rep_observed {
	const uint32_t *labels; /* numbers of names, each once */
	size_t labels_n;
	uint32_t provider; /* 0: all; never that of small hosts */
};
/*
 * The same of some labels, in the same order: a few rows of the database instead of all of that time, or all of it where that is less
 * work. Observations of others may be among them. from_s is 0 or more.
 */
enum rep_rc rep_store_observations_of(struct rep_store *s, enum rep_level level, int64_t from_s,
    int64_t until_s, const struct rep_observed *of, rep_observation_fn fn, void *ctx,
    struct rep_err *err) REP_NODISCARD;

/*
 * The same of all labels together: provider, provider_domain, status, class and evidence; the other fields are 0. They are few,
 * however many labels there are. A database of an older version that is only read does not have them: it gives those of
 * rep_store_observations.
 */
enum rep_rc rep_store_observations_all(struct rep_store *s, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* All sources, by label, then known_by, then address. Owned by the store, until the next call. */
enum rep_rc rep_store_sources(
    struct rep_store *s, const struct rep_source **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * A masked reply, with how often and when this form was seen. Texts that differ only in digits,
 * addresses and ids have one form. Its newest wording is stored, up to 1024 bytes.
 */
struct rep_sample {
	struct rep_str provider, provider_domain, rule, host, text; /* masked */
	enum rep_class class;
	int code;
	uint64_t count;
	int64_t first_s, last_s;
	rep_header_faults header_faults; /* of any message that came back with it */
};
/*
 * Samples of a provider, domain and rule (n 0: any), the most frequent first, at most max. Owned by
 * the store, until the next call. At most 4096 forms are stored; the oldest are removed first.
 */
enum rep_rc rep_store_samples(struct rep_store *s, struct rep_str provider,
    struct rep_str provider_domain, struct rep_str rule, size_t max, const struct rep_sample **v,
    size_t *n, struct rep_err *err) REP_NODISCARD;

struct rep_store_totals {
	int64_t first_s, last_s; /* of all facts counted; 0, 0 when there is none */
	int64_t ages_s;		 /* rep_store_ages */
	uint64_t facts;		 /* rows in `fact` */
	uint64_t counted;	 /* facts ever counted (not those with status NONE) */
	uint64_t lines, bad;	 /* over all inputs */
	uint64_t
	    forms_dropped; /* forms of replies removed, because there were more than the limit */
	uint64_t small;	   /* refusals of small domains that are counted together */
	uint64_t labels;   /* deliveries of own labels that are counted together */
	uint64_t unnamed;  /* facts and complaints counted without the name of a stream or
	                            domain, because the database has its maximum of names */
};
enum rep_rc rep_store_totals(
    struct rep_store *s, struct rep_store_totals *t, struct rep_err *err) REP_NODISCARD;

/*
 * The permanent number of an incident, by a key that the judge makes
 * ("source|mx1/postfix/out-a|microsoft-consumer||blocked|1762152131"). A new key gets the next
 * number. The number is stored when the store can be written and a transaction is open. Otherwise
 * the result is the number that it would get: unique in this open store, and kept for the key
 * unless another process takes it in the meantime.
 */
enum rep_rc rep_store_incident_id(
    struct rep_store *s, struct rep_str key, int64_t *id, struct rep_err *err) REP_NODISCARD;

/*
 * A stored fact (90 days; none with REP_STORE_ROLLUPS_ONLY), as it was counted. `o` is what it adds
 * to the cell of its bucket (from_s is 0, count 1, first_s and last_s its time). text and host are
 * those of the newest reply of its form, masked; n == 0 when there is none (accepted, forgotten).
 */
struct rep_stored_fact {
	struct rep_observation o;
	enum rep_scope scope;
	int64_t form;	/* number of the form; 0: none */
	double delay_s; /* since the message came in; < 0: not known */
	struct rep_str text, host;
};
/* Facts with from_s <= time < until_s, in any order. Nothing may be written from within fn. */
typedef enum rep_rc (*rep_stored_fact_fn)(void *ctx, const struct rep_stored_fact *f);
enum rep_rc rep_store_facts(struct rep_store *s, int64_t from_s, int64_t until_s,
    rep_stored_fact_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* A provider whose domains are asked for; provider_domain 0: not a small host. */
struct rep_domains_of {
	uint32_t provider, provider_domain;
};

/*
 * The domains that mail went to at n providers, and how often, from the facts with from_s <= time.
 * Of each of[k] the most frequent first, at most max; which of equally frequent ones, is chance.
 * Without facts (REP_STORE_ROLLUPS_ONLY) there is none. A walk over all facts since then, with up
 * to 96 bytes for each domain.
 */
typedef enum rep_rc (*rep_domain_fn)(void *ctx, size_t k, struct rep_str domain, uint64_t count);
enum rep_rc rep_store_domains(struct rep_store *s, int64_t from_s, const struct rep_domains_of *of,
    size_t n, size_t max, rep_domain_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/*
 * What was said of incidents at the end of an ingest, as texts that the caller makes
 * (judge/told.h), so that a verdict can be judged again. They contain no person.
 */
enum { REP_TOLD_KEEP = 8 };
struct rep_told {
	int64_t recording; /* ascending; the store sets it */
	int64_t incident;  /* 0: what the whole recording is based on */
	int64_t now_s;
	struct rep_str text;
};
/*
 * Adds one recording of n texts. The newest REP_TOLD_KEEP recordings are kept. Needs a transaction.
 */
enum rep_rc rep_store_told_put(
    struct rep_store *s, const struct rep_told *v, size_t n, struct rep_err *err) REP_NODISCARD;
/* All recordings, by recording, then incident. Owned by the store, until it is called again. */
enum rep_rc rep_store_told(
    struct rep_store *s, const struct rep_told **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * What looks at DNS found (fact/found.h). put stores one look. `v` is what was found: its times are
 * not used, and of several with one subject, part, id and detail the first counts. `asked` is what
 * was looked at: known_s != 0 means that the part answered.
 *
 * For what was found, the stay continues or begins. A stay ends when its part answered and it was
 * not found. Stays of other parts do not change. A look older than a stored look at any of its
 * parts is not stored (*kept, may be NULL, is then false). Stays that ended more than 400 days
 * before it are removed. Needs a transaction.
 */
struct rep_look {
	int64_t at_s;
	const struct rep_found *v;
	size_t n;
	const struct rep_looked *asked;
	size_t asked_n;
};
enum rep_rc rep_store_look_put(struct rep_store *s, const struct rep_look *look, bool *kept,
    struct rep_err *err) REP_NODISCARD;
/*
 * All stays, by subject, part, id, detail, first_s; and all parts looked at, by subject and part.
 * Both are owned by the store, until the next call of either.
 */
struct rep_found_all {
	const struct rep_found *v;
	size_t n;
	const struct rep_looked *looked;
	size_t looked_n;
};
enum rep_rc rep_store_found(
    struct rep_store *s, struct rep_found_all *out, struct rep_err *err) REP_NODISCARD;

/* --- what receivers report ----------------------------------------------------------- */

/* The numbers are in the database: append, never renumber. */
enum rep_kept_kind {
	REP_KEPT_AGGREGATE = 1,
	REP_KEPT_TLS,
	REP_KEPT_FAILURE /* about one message: kept as long as single facts are */
};
/* How far a report is to be believed. The numbers are in the database, and more is more. */
enum rep_kept_trust {
	REP_KEPT_UNSURE = 1, /* it came by mail, and nothing proves who sent it */
	REP_KEPT_GIVEN,	     /* a file: the word of who gave it */
	REP_KEPT_PROVEN	     /* it came by mail that is signed by the reporter's own domain */
};

/* One report. `bytes` are the caller's own form of it; the store does not look into them. */
struct rep_kept_report {
	enum rep_kept_kind kind;
	enum rep_kept_trust trust;
	int64_t begin_s, end_s; /* 0: not said */
	int64_t read_s;		/* when it was read (the clock) */
	uint64_t records, count;
	struct rep_str org, domain, report_id;
	struct rep_str
	    reporter; /* what the organisation is called; not what makes two reports the same */
	struct rep_str bytes;
	uint64_t content; /* of one that is read: a hash of its bytes with the store's key */
	/* Of an UNSURE one: what may prove it later, in the caller's own form (engine/proof.h). Empty: nothing. */
	struct rep_str proof;
};

enum rep_kept_came {
	REP_KEPT_NEW,
	REP_KEPT_KNOWN, /* the same report is there, word for word, or one that is believed more */
	REP_KEPT_REPLACED /* it takes the place of one that said otherwise */
};

/*
 * Keeps a report. It is the same as another if reporter, report id, domain and period are the same; without reporter and
 * id, if all of it is; a failure report always. Those that may be proven later are kept apart, each mail's, and take their
 * place when they are. What was decided of a mail stays decided when it is read again. Needs a transaction.
 */
enum rep_rc rep_store_report_put(struct rep_store *s, const struct rep_kept_report *r,
    enum rep_kept_came *came, struct rep_err *err) REP_NODISCARD;

/* Views are valid until fn returns; nothing may be written from within it. */
typedef enum rep_rc (*rep_kept_fn)(void *ctx, const struct rep_kept_report *r);

/*
 * A mail whose reports are UNSURE, and that has what may prove them. The reports of one mail share it. Views are valid until fn
 * returns; nothing may be written from within it.
 */
struct rep_unproven {
	uint64_t id;
	int64_t read_s,
	    asked_s; /* when it was read; when it was last tried to prove it, 0: never */
	struct rep_str proof;
};
typedef enum rep_rc (*rep_unproven_fn)(void *ctx, const struct rep_unproven *m);
enum rep_rc rep_store_unproven(
    struct rep_store *s, rep_unproven_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;
/* The reports that wait so: without `bytes`. */
enum rep_rc rep_store_waiting(
    struct rep_store *s, rep_kept_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* It was tried at at_s, and nobody can say yet. Needs a transaction. */
enum rep_rc rep_store_unproven_asked(struct rep_store *s, const struct rep_unproven *m,
    int64_t at_s, struct rep_err *err) REP_NODISCARD;

/* What became of such a mail. */
struct rep_decided {
	uint64_t id;
	int64_t read_s;
	bool proven; /* else its reports stay UNSURE for good */
};
/*
 * All that is decided at at_s, from when on proven reports count as read. They take their places among the others in the order
 * in which they were read, so that a correction stays; against one that was proven earlier, the one that was read last stays. v
 * is sorted here. Needs a transaction.
 */
enum rep_rc rep_store_decide(struct rep_store *s, struct rep_decided *v, size_t n, int64_t at_s,
    struct rep_err *err) REP_NODISCARD;

/*
 * How often a report was put that was not known, or was proven later: as long as it is the same, so are the reports. 0: none
 * was, or only by a program that did not count.
 */
enum rep_rc rep_store_reports_put(
    struct rep_store *s, uint64_t *times, struct rep_err *err) REP_NODISCARD;

/*
 * Reports of a kind whose period touches [from_s, until_s), by begin. Views are valid until fn returns; nothing may be
 * written from within it.
 */
enum rep_rc rep_store_reports(struct rep_store *s, enum rep_kept_kind kind, int64_t from_s,
    int64_t until_s, rep_kept_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;
/* The same without `bytes`, which are most of a report: they are not read. */
enum rep_rc rep_store_report_heads(struct rep_store *s, enum rep_kept_kind kind, int64_t from_s,
    int64_t until_s, rep_kept_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* --- what persons did ---------------------------------------------------------------- */

/* So many are read at once. Judgement: thirty a day for nine years. */
enum { REP_NOTED_MAX = 100000 };
/*
 * Adds a note, and sets its number. Addresses of people in it are stored masked. REP_EUSAGE: a text is too long; REP_ELIMIT: there
 * are too many. Then nothing is stored, and the transaction goes on. Needs a transaction.
 */
enum rep_rc rep_store_noted_put(
    struct rep_store *s, struct rep_noted *x, struct rep_err *err) REP_NODISCARD;
/* All notes of an incident (0: all there are) by number, in the arena. */
enum rep_rc rep_store_noted(struct rep_store *s, int64_t incident, struct rep_arena *a,
    struct rep_noted **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/* --- keeping house ---------------------------------------------------------------- */

/*
 * Looks for damage: of the file (SQLite's quick_check), and of what is in it: counts that cannot be
 * read, names and words that do not exist, sums that do not agree. `fn` gets a sentence for each,
 * *n how many. A text or a number that is as likely as any other is not seen. REP_OK also when
 * there is damage. REP_EMEM: memory was short, so nothing is known.
 */
typedef void (*rep_store_damage_fn)(void *ctx, struct rep_str sentence);
enum rep_rc rep_store_check(struct rep_store *s, rep_store_damage_fn fn, void *ctx, size_t *n,
    struct rep_err *err) REP_NODISCARD;

/*
 * The time that ages are counted back from: of the newest fact, unless it is more than REP_STORE_GAP_S after all
 * others. Then a clock may have been wrong, and it does not count before REP_STORE_GAP_DAYS days have facts after
 * the gap, the last of them not in the future of present_s. Needs a transaction.
 */
enum {
	REP_STORE_GAP_S = 30 * 86400, /* Judgement: few servers send nothing for a month */
	REP_STORE_GAP_DAYS = 3	      /* Judgement: a wrong clock is set right sooner */
};
enum rep_rc rep_store_ages(
    struct rep_store *s, int64_t present_s, int64_t *at_s, struct rep_err *err) REP_NODISCARD;

enum {
	REP_FACT_KEEP_S = 90 * 86400, /* single facts, and failure reports */
	REP_MINUTE_KEEP_S = 48 * 3600,
	REP_HOUR_KEEP_S = 90 * 86400
};

/*
 * Removes facts older than 90 days, minute rows older than 48 h, and hour rows older than 90 days,
 * counted back from now_s; failure reports older than 90 days, and what would prove a report that is gone. Needs a
 * transaction.
 */
enum rep_rc rep_store_prune(struct rep_store *s, int64_t now_s, struct rep_err *err) REP_NODISCARD;

/*
 * Forgets a person: removes the facts of that recipient, samples with the masked address, and what
 * was found in DNS with the address in it (a report address, for example), and what they submitted
 * under this address or its local part as a login; in notes of persons, texts that name it. Their hashes in saved
 * reader state become zeros; a state with the address as text is removed. Then the file is
 * rewritten, so that no byte of all this remains, nor of domains that no fact names any more.
 * Counts stay. *facts: how many facts were removed. No transaction may be open. REP_EUSAGE when it
 * is not an address.
 */
enum rep_rc rep_store_forget(struct rep_store *s, struct rep_str address, uint64_t *facts,
    struct rep_err *err) REP_NODISCARD;

#endif
