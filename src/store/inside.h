/*
 * store/inside.h -- the fields of an open store. Shared by store.c, read.c and house.c.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_INSIDE_H
#define REP_STORE_INSIDE_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/backend.h"
#include "store/handed.h"
#include "store/hashes.h"
#include "store/names.h"
#include "store/refusing.h"
#include "store/rollup.h"
#include "store/sample.h"
#include "store/seen.h"

enum {
	REP_DOMAIN_SET_BITS =
	    17, /* names that were put into `domain` recently: 4 x 4 bytes a set */
	REP_DOMAIN_SETS = 1 << REP_DOMAIN_SET_BITS,
	REP_DOMAIN_WAYS = 4,
	REP_DOMAIN_BITS = 48 /* of the number of a name */
};

/* Facts that wait to be written together. */
struct rep_facts_wait {
	struct rep_fact_row v[REP_FACTS_AT_ONCE];
	char queue_ids[REP_FACTS_AT_ONCE][REP_FACT_ID_MAX]; /* what the rows' views point at */
	size_t n;
};

/* A number for the key of an incident. The back end may not have it. */
struct rep_incident_number {
	struct rep_str key; /* in the arena */
	int64_t id;
};

struct rep_store {
	struct rep_backend *b; /* owned */
	struct rep_key key;
	unsigned flags;
	bool open;	  /* a transaction is open */
	unsigned reading; /* how many rep_store_read_begin have not ended */
	bool failed;	  /* something in the transaction failed: only rollback is possible */
	bool fresh;	  /* memory and back end have the same content */
	bool changed;	  /* another process wrote before the transaction began */
	int64_t meta[REP_META_N], meta_kept[REP_META_N];
	struct rep_dict dict;
	struct rep_seen seen;
	struct rep_cells cells;
	struct rep_facts_wait facts;
	struct rep_forms forms;
	struct rep_refusing refusing, labels;
	/*
	 * Owned; REP_DOMAIN_SETS of REP_DOMAIN_WAYS, newest first. The low bits of a number are its
	 * set, the others + 1 are here.
	 */
	uint32_t *domains;
	struct rep_domain_names domain_names;
	struct rep_handed_table handed;
	struct rep_hashes joined;    /* ways of logs that are not written yet (joined.c) */
	struct rep_hashes documents; /* all ways of documents */
	bool documents_loaded;

	struct rep_incident_number *numbered; /* owned */
	size_t nnumbered, numbered_cap;
	int64_t last_number;
	struct rep_arena *keys; /* owned */

	/* Answers, each valid until the next call of its kind; owned. */
	struct rep_input *inputs;
	struct rep_source *sources;
	struct rep_sample *samples;
	struct rep_arena *sample_texts;
	struct rep_told *told;
	struct rep_arena *told_texts;
	struct rep_found *found;
	struct rep_looked *looked;
	struct rep_arena *found_texts;
	struct rep_buf state;
	struct rep_handed *handed_rows;
};

/* noted.c */
enum rep_rc rep_store_noted_forget(
    struct rep_store *s, struct rep_str address, struct rep_err *err) REP_NODISCARD;
/* found.c: removes stays whose text contains the address. */
enum rep_rc rep_store_found_forget(
    struct rep_store *s, struct rep_str address, struct rep_err *err) REP_NODISCARD;
/*
 * Writes everything that was collected in memory to the back end. Does nothing outside a
 * transaction.
 */
enum rep_rc rep_store_flush(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
/* Of that, only the facts. */
enum rep_rc rep_store_facts_flush(struct rep_store *s, struct rep_err *err) REP_NODISCARD;
/* REP_EUSAGE unless a transaction is open and nothing has failed in it. */
enum rep_rc rep_store_must_be_open(const struct rep_store *s, struct rep_err *err) REP_NODISCARD;
/*
 * store.c: the hash of a Message-ID as facts have it. The bytes are used as they are, with
 * brackets.
 */
uint64_t rep_store_message_hash(const struct rep_store *s, struct rep_str id);
/*
 * store.c: the number of a name that anybody's mail can bring. When there are REP_DICT_SOFT_MAX
 * names, a new one gets 0 and *unnamed is set.
 */
enum rep_rc rep_store_soft_name(struct rep_store *s, struct rep_str name, bool *unnamed,
    uint32_t *id, struct rep_err *err) REP_NODISCARD;
/*
 * joined.c: *known: another log or document already reported this failure, so it is counted. Stores
 * how this report of it can be recognised.
 */
enum rep_rc rep_store_find_failure(
    struct rep_store *s, const struct rep_fact *f, bool *known, struct rep_err *err) REP_NODISCARD;
/* joined.c: writes the ways of logs that wait. */
enum rep_rc rep_store_joined_flush(struct rep_store *s, struct rep_err *err) REP_NODISCARD;

/* report.c: what makes two reports the same. A domain and an organisation are the same in any case. */
enum rep_rc rep_store_report_identity(const struct rep_store *s, const struct rep_kept_report *r,
    uint64_t content, uint64_t *id, struct rep_err *err) REP_NODISCARD;
/* report_proof.c: stores what may prove the mail, once for all of its reports; and that this report waits for it. */
enum rep_rc rep_store_proof_put(struct rep_store *s, uint64_t id, const struct rep_kept_report *r,
    struct rep_err *err) REP_NODISCARD;

/*
 * report_proof.c: removes what would prove a report that is not there any more, and what was decided of failure reports that ended
 * before that time. What was decided of others stays.
 */
enum rep_rc rep_store_proofs_prune(
    struct rep_store *s, int64_t before_s, struct rep_err *err) REP_NODISCARD;

/* Marks the transaction as failed unless rc is REP_OK; returns rc. */
enum rep_rc rep_store_mark(struct rep_store *s, enum rep_rc rc);

/* Fails with a sentence that a number of the file is out of its range, and how to repair the file. */
enum rep_rc rep_store_damaged(struct rep_err *err, const char *what) REP_NODISCARD;

/*
 * The ranges of numbers in the file: of times (a year of about four digits at most) and of counts.
 * Sums of numbers within them do not overflow.
 */
static inline bool
rep_stored_time(int64_t s)
{
	return s >= -(INT64_C(1) << 40) && s <= INT64_C(1) << 40;
}

static inline bool
rep_stored_count(uint64_t n)
{
	return n <= UINT64_C(1) << 53;
}

/* The counters of the store (meta), compared with their ranges. */
enum rep_rc rep_store_meta(
    struct rep_store *s, int64_t v[REP_META_N], struct rep_err *err) REP_NODISCARD;

#endif
