/*
 * store/backend.h -- what every back end of the store must do.
 *
 * The store (store.c) decides which fact is new, numbers the names, counts and masks. A back end
 * only stores rows and returns them: sqlite.c in a file, memory.c in memory. All writing is between
 * begin and commit. After rollback nothing of it is left.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_BACKEND_H
#define REP_STORE_BACKEND_H

#include "store/store.h"

enum {
	REP_FACTS_AT_ONCE = 16, /* rows of `fact` in one statement */
	REP_FACT_ID_MAX = 64	/* bytes of a queue id in `fact` */
};

/* One row of `fact`. Names are numbers from `name`, hashes are keyed, 0 means none. */
struct rep_fact_row {
	int64_t at_s;
	uint64_t recipient, message;
	uint64_t domain, host;	  /* numbers from `domain`: 48 bits of a keyed hash */
	int64_t sample, delay_ms; /* delay_ms < 0: not known */
	uint32_t label, route, provider, provider_domain, stream, rule;
	int code, enhanced; /* 5.7.1 is 5007001 */
	uint8_t status, class, scope, stage;
	bool evidence, certain, quoted;
	struct rep_str queue_id;
};

/* One form of reply (store/sample.h). */
struct rep_sample_row {
	int64_t id;
	uint64_t form; /* keyed hash of what defines the form */
	uint64_t count;
	int64_t first_s, last_s;
	uint32_t provider, provider_domain, rule;
	int class, code;
	rep_header_faults header_faults; /* not in the row: sample_header.h */
	struct rep_str host, text;	 /* masked */
};

/*
 * Tables of packed cells. By label there is one for each level, with the number of the level; then those of all labels
 * together (rollup_all.c), in the same order.
 */
enum { REP_CELLS_ALL = REP_LEVEL_N, REP_CELLS_TABLES = 2 * REP_LEVEL_N };

/* Numbers that are stored by name. Their values are in the database: append, never renumber. */
enum rep_meta {
	REP_META_FIRST_S = 0,
	REP_META_LAST_S,
	REP_META_COUNTED,
	REP_META_FACTS,
	REP_META_NEXT_SAMPLE,
	REP_META_KEY_CHECK,
	REP_META_FORMS_DROPPED,
	REP_META_UNNAMED,
	REP_META_SMALL,	       /* refusals counted under REP_OTHER_DOMAINS */
	REP_META_JOINED_MIXED, /* 1: ways of documents are among REP_NOTE_JOINED (schema.c) */
	REP_META_LABELS,       /* deliveries counted under REP_OTHER_LABELS */
	REP_META_AGES_S,       /* ages are counted back from here; 0: from REP_META_LAST_S */
	REP_META_REPORTS,      /* how often a report was kept, or took the place of another one */
	REP_META_ALL, /* 1: the tables of all labels together have what those by label have */
	REP_META_N
};

/*
 * The number of a chunk is the low part of a row's id, so a bucket of identities (store/seen.h) can
 * have this many bits of chunks. 2^20 chunks of 256 identities are 262,144 facts a second: more
 * than one machine sends.
 */
enum { REP_SEEN_CHUNK_BITS = 20 };

/* The kinds of rows in `note`. Their values are in the database: append, never renumber. */
enum rep_note {
	REP_NOTE_JOINED = 1,
	REP_NOTE_COMPLAINT,
	REP_NOTE_JOINED_DOCUMENT,
	REP_NOTE_HANDED,
	REP_NOTE_HEADER, /* sample_header.h */
	REP_NOTE_WAITING, /* report_proof.c: of a report, the number of its proof, or that it is decided */
	REP_NOTE_PROOF, /* the same: of a mail */
	REP_NOTE_NOTED	/* noted.c: by its number */
};

typedef enum rep_rc (*rep_str_fn)(void *ctx, int64_t id, struct rep_str s);
typedef enum rep_rc (*rep_input_fn)(void *ctx, const struct rep_input *in);
typedef enum rep_rc (*rep_source_fn)(void *ctx, const struct rep_source *src);
typedef enum rep_rc (*rep_sample_fn)(void *ctx, const struct rep_sample_row *row);
typedef enum rep_rc (*rep_fact_fn)(void *ctx, const struct rep_fact_row *row);
typedef enum rep_rc (*rep_told_fn)(void *ctx, const struct rep_told *t);
typedef enum rep_rc (*rep_found_fn)(void *ctx, const struct rep_found *f);
typedef enum rep_rc (*rep_looked_fn)(void *ctx, const struct rep_looked *l);
/* content: a keyed hash of all that the report says. */
typedef enum rep_rc (*rep_report_row_fn)(
    void *ctx, const struct rep_kept_report *r, uint64_t content);
typedef enum rep_rc (*rep_state_fn)(void *ctx, struct rep_str name, struct rep_str bytes);

/* A callback and its context, for the walks of both back ends. */
struct rep_input_walk {
	rep_input_fn fn;
	void *ctx;
};
struct rep_sample_walk {
	rep_sample_fn fn;
	void *ctx;
};

/*
 * A back end is a struct that begins with a struct rep_backend. Views that a callback gets are
 * valid until it returns. A callback that returns another rc than REP_OK ends the walk, which then
 * returns that rc. Nothing may be written during a walk.
 */
struct rep_backend;
struct rep_backend_ops {
	void (*close)(struct rep_backend *b);

	/* *changed: another process has written since the last begin (or open). */
	enum rep_rc (*begin)(struct rep_backend *b, bool *changed, struct rep_err *err);
	enum rep_rc (*commit)(struct rep_backend *b, struct rep_err *err);
	void (*rollback)(struct rep_backend *b);
	/* Until the end all answers are of one moment. Not within begin and commit. */
	enum rep_rc (*read_begin)(struct rep_backend *b, struct rep_err *err);
	void (*read_end)(struct rep_backend *b);

	enum rep_rc (*meta_get)(struct rep_backend *b, int64_t v[REP_META_N], struct rep_err *err);
	enum rep_rc (*meta_put)(
	    struct rep_backend *b, enum rep_meta k, int64_t v, struct rep_err *err);

	/* The names from number `from` on, in order, without gaps. */
	enum rep_rc (*names)(
	    struct rep_backend *b, uint32_t from, rep_str_fn fn, void *ctx, struct rep_err *err);
	enum rep_rc (*name_add)(
	    struct rep_backend *b, uint32_t id, struct rep_str s, struct rep_err *err);
	enum rep_rc (*watched)(
	    struct rep_backend *b, rep_str_fn fn, void *ctx, struct rep_err *err);
	enum rep_rc (*watch_add)(struct rep_backend *b, uint32_t id, struct rep_err *err);

	/* Does nothing when the number exists. */
	enum rep_rc (*domain_add)(
	    struct rep_backend *b, uint64_t id, struct rep_str s, struct rep_err *err);
	/* At most REP_FACTS_AT_ONCE, in order. */
	enum rep_rc (*facts_add)(
	    struct rep_backend *b, const struct rep_fact_row *v, size_t n, struct rep_err *err);

	/*
	 * Rows of packed cells (rollup.c) of a table: a level, or REP_CELLS_ALL + level. get calls fn
	 * once, or not at all when there is no such row. cells_of calls it for those of the n parts by label
	 * from `part` on that are there, in order. cells walks over the rows with from_s in
	 * [from_s, until_s), ordered by from_s, which is the id.
	 */
	enum rep_rc (*cells_get)(struct rep_backend *b, uint32_t table, int64_t from_s,
	    uint32_t part, rep_str_fn fn, void *ctx, struct rep_err *err);
	enum rep_rc (*cells_put)(struct rep_backend *b, uint32_t table, int64_t from_s,
	    uint32_t part, struct rep_str packed, struct rep_err *err);
	enum rep_rc (*cells_of)(struct rep_backend *b, enum rep_level level, int64_t from_s,
	    uint32_t part, uint32_t n, rep_str_fn fn, void *ctx, struct rep_err *err);
	enum rep_rc (*cells)(struct rep_backend *b, uint32_t table, int64_t from_s, int64_t until_s,
	    rep_str_fn fn, void *ctx, struct rep_err *err);

	/* The chunks of a bucket, in order. The id that the callback gets is the chunk's number. */
	enum rep_rc (*seen)(
	    struct rep_backend *b, int64_t bucket, rep_str_fn fn, void *ctx, struct rep_err *err);
	/* Appends bytes to a chunk. Makes the chunk when it does not exist. */
	enum rep_rc (*seen_add)(struct rep_backend *b, int64_t bucket, uint32_t chunk,
	    struct rep_str bytes, struct rep_err *err);

	/*
	 * Without bytes, put drops the state. get calls fn once, or not at all when there is none.
	 */
	enum rep_rc (*state_put)(
	    struct rep_backend *b, struct rep_str name, struct rep_str bytes, struct rep_err *err);
	enum rep_rc (*state_get)(struct rep_backend *b, struct rep_str name, rep_str_fn fn,
	    void *ctx, struct rep_err *err);
	enum rep_rc (*states)(
	    struct rep_backend *b, rep_state_fn fn, void *ctx, struct rep_err *err);

	/*
	 * Small rows of one kind, by hash or place (complaint.c, joined.c, handed.c,
	 * sample_header.c). The bytes may be empty. put replaces. The walk goes over one kind in
	 * any order.
	 */
	enum rep_rc (*note_has)(
	    struct rep_backend *b, enum rep_note kind, uint64_t id, bool *has, struct rep_err *err);
	enum rep_rc (*note_put)(struct rep_backend *b, enum rep_note kind, uint64_t id,
	    struct rep_str bytes, struct rep_err *err);
	enum rep_rc (*note_drop)(
	    struct rep_backend *b, enum rep_note kind, uint64_t id, struct rep_err *err);
	enum rep_rc (*notes)(struct rep_backend *b, enum rep_note kind, rep_str_fn fn, void *ctx,
	    struct rep_err *err);

	enum rep_rc (*input_put)(struct rep_backend *b, struct rep_input *in, struct rep_err *err);
	enum rep_rc (*inputs)(struct rep_backend *b, rep_input_fn fn, void *ctx,
	    struct rep_err *err); /* in any order */

	/* For a learnt address: counts, and widens first..last. For others: only adds it. */
	enum rep_rc (*source_add)(
	    struct rep_backend *b, const struct rep_source *src, struct rep_err *err);
	enum rep_rc (*sources)(struct rep_backend *b, rep_source_fn fn, void *ctx,
	    struct rep_err *err); /* in any order */

	enum rep_rc (*samples)(struct rep_backend *b, rep_sample_fn fn, void *ctx,
	    struct rep_err *err); /* in any order */
	enum rep_rc (*sample_put)(
	    struct rep_backend *b, const struct rep_sample_row *row, struct rep_err *err);
	enum rep_rc (*sample_drop)(struct rep_backend *b, int64_t id, struct rep_err *err);

	/* *id is 0 when the key is not known. */
	enum rep_rc (*incident_find)(
	    struct rep_backend *b, struct rep_str key, int64_t *id, struct rep_err *err);
	enum rep_rc (*incident_last)(struct rep_backend *b, int64_t *id, struct rep_err *err);
	enum rep_rc (*incident_taken)(
	    struct rep_backend *b, int64_t id, bool *taken, struct rep_err *err);
	enum rep_rc (*incident_add)(
	    struct rep_backend *b, int64_t id, struct rep_str key, struct rep_err *err);

	/*
	 * Facts that are read again: time, names, what the reply says, code and sample. No person.
	 */
	enum rep_rc (*facts)(struct rep_backend *b, int64_t from_s, int64_t until_s, rep_fact_fn fn,
	    void *ctx, struct rep_err *err);
	/* Of the facts since from_s: provider, provider_domain and domain, which is not 0. */
	enum rep_rc (*domains)(
	    struct rep_backend *b, int64_t from_s, rep_fact_fn fn, void *ctx, struct rep_err *err);
	/* Calls fn once, or not at all when there is no such domain. */
	enum rep_rc (*domain_get)(
	    struct rep_backend *b, uint64_t id, rep_str_fn fn, void *ctx, struct rep_err *err);
	/*
	 * Facts of accepted mail with a Message-ID, the newest first (in memory: the last added
	 * first): time, label, provider, stream, message.
	 */
	enum rep_rc (*messages)(
	    struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err);
	/* All facts, oldest first, with everything in them; views are valid until fn returns. */
	enum rep_rc (*trail)(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err);
	enum rep_rc (*told_add)(
	    struct rep_backend *b, const struct rep_told *t, struct rep_err *err);
	enum rep_rc (*told_drop)(struct rep_backend *b, int64_t before, struct rep_err *err);
	/* Ordered by recording, then incident. */
	enum rep_rc (*told)(struct rep_backend *b, rep_told_fn fn, void *ctx, struct rep_err *err);

	/*
	 * The key of a stay is subject, part, id, detail and first_s; that of `looked` is subject,
	 * part.
	 */
	enum rep_rc (*found_put)(
	    struct rep_backend *b, const struct rep_found *f, struct rep_err *err);
	enum rep_rc (*found_drop)(
	    struct rep_backend *b, const struct rep_found *f, struct rep_err *err);
	enum rep_rc (*found)(
	    struct rep_backend *b, rep_found_fn fn, void *ctx, struct rep_err *err);
	enum rep_rc (*looked_put)(
	    struct rep_backend *b, const struct rep_looked *l, struct rep_err *err);
	enum rep_rc (*looked)(
	    struct rep_backend *b, rep_looked_fn fn, void *ctx, struct rep_err *err);

	/*
	 * Reports, by a keyed hash of what makes two of them the same. put replaces. get calls fn once, without the bytes,
	 * or not at all when there is none. prove gives a report that is there another id, makes it PROVEN, and read at that time; what is
	 * under that id is replaced. The walk is ordered by begin_s, then id.
	 */
	enum rep_rc (*report_put)(struct rep_backend *b, uint64_t id,
	    const struct rep_kept_report *r, uint64_t content, struct rep_err *err);
	enum rep_rc (*report_get)(struct rep_backend *b, uint64_t id, rep_report_row_fn fn,
	    void *ctx, struct rep_err *err);
	enum rep_rc (*report_prove)(
	    struct rep_backend *b, uint64_t from, uint64_t to, int64_t at_s, struct rep_err *err);
	enum rep_rc (*report_drop)(struct rep_backend *b, uint64_t id, struct rep_err *err);
	enum rep_rc (*reports_prune)(
	    struct rep_backend *b, enum rep_kept_kind kind, int64_t before_s, struct rep_err *err);
	enum rep_rc (*reports)(struct rep_backend *b, enum rep_kept_kind kind, int64_t from_s,
	    int64_t until_s, bool bytes, rep_report_row_fn fn, void *ctx, struct rep_err *err);

	/*
	 * Calls fn with each thing that is wrong with the file itself. Begins a transaction for
	 * reading, so that what is read until the rollback belongs together.
	 */
	enum rep_rc (*check)(struct rep_backend *b, rep_str_fn fn, void *ctx, struct rep_err *err);

	/* Removes rows that begin before these instants. *facts: how many rows of `fact`. */
	enum rep_rc (*prune)(struct rep_backend *b, int64_t facts_s, int64_t minutes_s,
	    int64_t hours_s, uint64_t *facts, struct rep_err *err);
	/* Removes the facts of a recipient, and domains that no fact names any more. */
	enum rep_rc (*forget)(
	    struct rep_backend *b, uint64_t recipient, uint64_t *facts, struct rep_err *err);
	/* Not in a transaction. Afterwards no byte of removed rows is in any file. */
	enum rep_rc (*scrub)(struct rep_backend *b, struct rep_err *err);
};

struct rep_backend {
	const struct rep_backend_ops *ops;
	/* How long begin waits for another process (rep_store_wait). */
	unsigned wait_s;
	rep_store_waits_fn waits; /* NULL: nobody is told */
	void *waits_ctx;
};

enum rep_rc rep_sqlite_open(
    const char *path, unsigned flags, struct rep_backend **out, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_memory_open(struct rep_backend **out, struct rep_err *err) REP_NODISCARD;

/* schema.c: the statements that change version i into version i + 1. */
extern const char *const rep_schema[];
extern const int rep_schema_version;

#endif
