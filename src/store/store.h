/*
 * store/store.h -- keeps facts, rolls them up, answers queries.
 *
 * One interface, back ends behind it: SQLite (a file) and memory (tests, dry runs).
 * All writing happens between rep_store_begin and rep_store_commit: facts, rollups,
 * names, learnt addresses, positions of inputs and saved state go in together or
 * not at all.
 *
 * A fact counts once: its identity is hashed with the key (SipHash, base/hash.h)
 * and kept apart from the fact for ever, 8 bytes each, so that neither expiry of
 * facts after 90 days nor --rollups-only makes a line count twice.
 *
 * Nothing here holds a whole recipient: recipients are hashed with the key, texts
 * are masked (mail/mask.h) before they are stored.
 *
 * Errors: REP_EIO with a sentence that names the file and what SQLite said (full
 * disk, read-only, damaged, not a database, locked by another process); after a
 * failed call within a transaction the only sensible call is rep_store_rollback
 * or rep_store_close (all others answer REP_EUSAGE). One thread per store. Several
 * processes may have the file open; one at a time writes, the others wait 5 s for it.
 *
 * A database filled with another key can only be opened for reading, else REP_EUSAGE;
 * for reading the key may be NULL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_STORE_H
#define REP_STORE_STORE_H

#include "base/err.h"
#include "base/hash.h"
#include "fact/complaint.h"
#include "fact/fact.h"
#include "fact/found.h"

struct rep_store;

enum {
	REP_STORE_READ_ONLY = 1,    /* never writes, works on a file without write permission */
	REP_STORE_ROLLUPS_ONLY = 2, /* no rows in `fact`; everything else as ever */
	REP_STORE_CREATE = 4	    /* make the file (0600) and its folder (0700) when missing */
};

/* Opens or makes the database. REP_ENOTFOUND when it is not there and not to be made. */
enum rep_rc rep_store_open(const char *path, unsigned flags, const struct rep_key *key,
    struct rep_store **out, struct rep_err *err) REP_NODISCARD;
/* In memory, empty; gone with rep_store_close. */
enum rep_rc rep_store_open_memory(unsigned flags, const struct rep_key *key, struct rep_store **out,
    struct rep_err *err) REP_NODISCARD;
void rep_store_close(struct rep_store *s); /* rolls back what is open; NULL is fine */

enum rep_rc rep_store_begin(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_store_commit(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
void rep_store_rollback(struct rep_store *s);

/*
 * Counts a fact unless its identity is known; *fresh (may be NULL) says which.
 * A fact of status NONE is only kept as a sample (once, told by its text as well).
 * Accepted mail at provider `other` is rolled up without provider_domain, until a
 * reply of class throttled, blocked, listed, authentication or identity was seen
 * from that domain; from then on it is counted under its name (so that recovery
 * shows, while a hundred thousand small domains stay one row).
 * A failure counts once, even if the log, a bounce and an event all report it: facts of
 * documents (f->document) are joined with others by queue id or Message-ID and recipient; where
 * a document says neither, by recipient, code and time (within some ten minutes).
 * f->named is not looked at: that is rep_store_source, for facts that were fresh.
 */
enum rep_rc rep_store_add(
    struct rep_store *s, const struct rep_fact *f, bool *fresh, struct rep_err *err) REP_NODISCARD;

/* The names of a complaint, as they are before they have numbers. */
struct rep_complaint_names {
	struct rep_str provider, stream, route, domain, reporter;
	struct rep_str message_id, recipient; /* for the identity only; not kept */
};

/* Counts a complaint unless it is known; *fresh says which. c's numbers are set here. */
enum rep_rc rep_store_complaint(struct rep_store *s, struct rep_complaint *c,
    const struct rep_complaint_names *names, bool *fresh, struct rep_err *err) REP_NODISCARD;

/*
 * Which of our deliveries a Message-ID is of, for all that are asked at once: facts have no index
 * by it (it would cost every ingest), so they are gone through, newest first, until all are found.
 * Only mail that was taken counts: nobody complains of what was refused. Of several deliveries of
 * one message any one is given. With REP_STORE_ROLLUPS_ONLY there are no facts to be found.
 */
struct rep_traced {
	struct rep_str id; /* asked, borrowed; with or without brackets; n == 0: never found */
	bool found;
	int64_t at_s;
	uint32_t label, stream, provider; /* names, once found */
};
/* Times of the oldest and newest fact gone through that have a Message-ID; 0, 0: none has. When
 * something was not found that is all there are. */
struct rep_traced_span {
	int64_t first_s, last_s;
};
enum rep_rc rep_store_message(struct rep_store *s, struct rep_traced *v, size_t n,
    struct rep_traced_span *span, struct rep_err *err) REP_NODISCARD;

/* All complaints with at_s in [from_s, until_s), oldest first; the caller frees *v. */
enum rep_rc rep_store_complaints(struct rep_store *s, int64_t from_s, int64_t until_s,
    struct rep_complaint **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/* A public address of a label, learnt, stated or configured. Needs a transaction. */
enum rep_rc rep_store_source(struct rep_store *s, struct rep_str label, const struct rep_ip *public,
    enum rep_known_by by, int64_t at_s, struct rep_err *err) REP_NODISCARD;

/*
 * Where an input stands. It is found again by its content, not by its name: the hash
 * of its first head_n bytes (uncompressed) and of the tail_n bytes before `offset`.
 */
struct rep_input {
	int64_t id; /* 0: new */
	uint32_t head_n, tail_n;
	uint64_t head, tail; /* keyed hashes */
	uint64_t offset;     /* bytes of the uncompressed input read so far */
	uint64_t lines, bad; /* lines read, lines that could not be */
	int64_t first_s;     /* times of its first and last dated line; 0: none */
	int64_t last_s;
	int64_t read_s; /* when it was read last (the clock) */
	char name[256]; /* as it was last called, shortened at the front */
};
/* Writes or updates; sets in->id when it was 0. Needs a transaction. */
enum rep_rc rep_store_input_put(
    struct rep_store *s, struct rep_input *in, struct rep_err *err) REP_NODISCARD;
/* All inputs, newest read first; *v is owned by the store until the next call. */
enum rep_rc rep_store_inputs(
    struct rep_store *s, const struct rep_input **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * State of a reader (open queue ids), any bytes, by name. Recipients only as hashes
 * (rep_recipient_hash, rep_recipient_identity), 8 bytes, least significant first, so
 * that rep_store_forget finds them. put of no bytes drops it; get: n is 0 when there
 * is none, the view lives until the next call.
 */
enum rep_rc rep_store_state_put(
    struct rep_store *s, const char *name, struct rep_str bytes, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_store_state_get(struct rep_store *s, const char *name, struct rep_str *bytes,
    struct rep_err *err) REP_NODISCARD;

/* --- reading ------------------------------------------------------------------- */

/* All names; grows with facts added, so ask again after writing. */
struct rep_names rep_store_names(struct rep_store *s);
/* Number of a name, 0 when it is not known. */
uint32_t rep_store_name_id(struct rep_store *s, struct rep_str name);

/*
 * Observations of a level with from_s in [from_s, until_s), ordered by all their fields
 * in the order of the struct. Nothing may be written from within fn; an answer of fn
 * that is not REP_OK ends it and is given back.
 */
typedef enum rep_rc (*rep_observation_fn)(void *ctx, const struct rep_observation *o);
enum rep_rc rep_store_observations(struct rep_store *s, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* All sources, by label then known_by then address; owned by the store until the next call. */
enum rep_rc rep_store_sources(
    struct rep_store *s, const struct rep_source **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * A masked reply, with how often and when this form was seen. Texts that differ only in
 * digits, addresses and ids are one form; the newest wording is kept, and 1024 bytes of it.
 */
struct rep_sample {
	struct rep_str provider, provider_domain, rule, host, text; /* masked */
	enum rep_class class;
	int code;
	uint64_t count;
	int64_t first_s, last_s;
};
/*
 * Samples of a provider (n 0: any), domain (n 0: any) and rule (n 0: any), most frequent
 * first, at most max; owned by the store until the next call. At most 4096 forms are kept
 * in all; the least recent go first.
 */
enum rep_rc rep_store_samples(struct rep_store *s, struct rep_str provider,
    struct rep_str provider_domain, struct rep_str rule, size_t max, const struct rep_sample **v,
    size_t *n, struct rep_err *err) REP_NODISCARD;

struct rep_store_totals {
	int64_t first_s, last_s; /* of all facts counted; 0, 0 when there is none */
	uint64_t facts;		 /* rows in `fact` */
	uint64_t counted;	 /* facts ever counted (status NONE is not) */
	uint64_t lines, bad;	 /* over all inputs */
	uint64_t
	    forms_dropped; /* wordings of replies that went, for more than the limit were seen */
	uint64_t unnamed;  /* facts and complaints counted without a stream's or domain's name, for
	                            the database names as many as it may */
};
enum rep_rc rep_store_totals(
    struct rep_store *s, struct rep_store_totals *t, struct rep_err *err) REP_NODISCARD;

/*
 * The lasting number of an incident, by a key that the judge makes
 * ("source|mx1/postfix/out-a|microsoft-consumer||blocked|1762152131"). A new key gets the
 * next number and is kept when the store can be written and a transaction is open; else
 * the number it would get is given (distinct within this open store, and kept for the key
 * unless another process takes it meanwhile).
 */
enum rep_rc rep_store_incident_id(
    struct rep_store *s, struct rep_str key, int64_t *id, struct rep_err *err) REP_NODISCARD;

/*
 * A fact that is kept (90 days; none with REP_STORE_ROLLUPS_ONLY), as it was counted: `o` is what it
 * adds to the cell of its bucket (from_s is 0, count 1, first_s and last_s its time). text and host:
 * of the newest reply of its form, masked; n == 0 when there is none (accepted, forgotten).
 */
struct rep_stored_fact {
	struct rep_observation o;
	enum rep_scope scope;
	int64_t form; /* number of the form; 0: none */
	struct rep_str text, host;
};
/* Those with from_s <= time < until_s, in no promised order. Nothing may be written from within fn. */
typedef enum rep_rc (*rep_stored_fact_fn)(void *ctx, const struct rep_stored_fact *f);
enum rep_rc rep_store_facts(struct rep_store *s, int64_t from_s, int64_t until_s,
    rep_stored_fact_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/*
 * What was told of incidents at the end of an ingest, as texts that the caller makes
 * (judge/told.h): so that a verdict can be judged again. They hold no person.
 */
enum { REP_TOLD_KEEP = 8 };
struct rep_told {
	int64_t recording; /* ascending; given by the store */
	int64_t incident;  /* 0: what the recording as a whole rests on */
	int64_t now_s;
	struct rep_str text;
};
/* Adds one recording of n texts; the newest REP_TOLD_KEEP recordings stay. Needs a transaction. */
enum rep_rc rep_store_told_put(
    struct rep_store *s, const struct rep_told *v, size_t n, struct rep_err *err) REP_NODISCARD;
/* All that is kept, by recording, then incident; owned by the store until the next call. */
enum rep_rc rep_store_told(
    struct rep_store *s, const struct rep_told **v, size_t *n, struct rep_err *err) REP_NODISCARD;

/*
 * What looks at DNS found (fact/found.h). put takes one look: `v` is what was there (its times are
 * not looked at; of one subject, part, id and detail the first counts), `asked` what it was about:
 * known_s != 0 says that the part answered. What is there goes on or begins; what was there, is of a
 * part that answered, and is not there any more, ends; what is of another part stays as it is. A look
 * that is older than one already kept of any of its parts is not kept (*kept, may be NULL, says so).
 * Stays that ended more than 400 days before it go. Needs a transaction.
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
/* All stays, by subject, part, id, detail, first_s, and all parts looked at, by subject and part;
 * both owned by the store until the next call of either. */
struct rep_found_all {
	const struct rep_found *v;
	size_t n;
	const struct rep_looked *looked;
	size_t looked_n;
};
enum rep_rc rep_store_found(
    struct rep_store *s, struct rep_found_all *out, struct rep_err *err) REP_NODISCARD;

/* --- keeping house ---------------------------------------------------------------- */

/*
 * Drops facts older than 90 days, minute rows older than 48 h, hour rows older than 90
 * days, seen from now_s. Needs a transaction.
 */
enum rep_rc rep_store_prune(struct rep_store *s, int64_t now_s, struct rep_err *err) REP_NODISCARD;

/*
 * Forgets a person: facts of that recipient, samples that hold the masked address, what was
 * found in DNS with the address in it (a report address, say), and
 * their hashes in saved reader state, which become zeros (a state that holds the address
 * as text is dropped whole); then rewrites the file so that no byte of them remains, nor
 * of domains that no fact names any more. Counts stay. *facts gets how many went. No
 * transaction may be open. REP_EUSAGE when it is no address.
 */
enum rep_rc rep_store_forget(struct rep_store *s, struct rep_str address, uint64_t *facts,
    struct rep_err *err) REP_NODISCARD;

#endif
