/*
 * engine/session.h -- what a piece of work needs: configuration, database, moment, listener.
 *
 * A command, a page or the daemon fills in a session and passes it to the engine. The engine never
 * prints, never exits, and reads no clock and no environment. It reports to `problem` and
 * `progress`, and its clock is `clock_s` and `clock_ms`.
 *
 * All pointers are borrowed, and must be valid as long as the session is used. What the engine
 * makes for the session (paths, texts of know files) is in `arena`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_SESSION_H
#define REP_ENGINE_SESSION_H

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"
#include "judge/weights.h"
#include "know/know.h"
#include "know/service.h"
#include "store/store.h"

enum rep_problem_kind {
	REP_PROBLEM_NOTE,  /* worth knowing; everything that was asked for is done */
	REP_PROBLEM_INPUT, /* some input was bad; the rest was used */
	REP_PROBLEM_FAILED /* something that was asked for failed */
};

/* One problem. It is valid until the callback returns. */
struct rep_problem {
	enum rep_problem_kind kind;
	const char *text;  /* one sentence; may quote strangers: not safe for a terminal */
	const char *file;  /* where it is; NULL: nowhere, or the sentence says it */
	uint64_t line;	   /* of file; 0: the whole file */
	uint64_t nth;	   /* its number among such problems of this input; 0: not counted */
	bool line_skipped; /* that line was not used */
};

typedef void (*rep_session_problem_fn)(void *ctx, const struct rep_problem *t);
/* `done` of `of` questions are answered. end: this was the last call. */
typedef void (*rep_session_progress_fn)(void *ctx, uint64_t done, uint64_t of, bool end);

struct rep_inputs_from;

struct rep_session {
	const struct rep_config *cfg;
	struct rep_arena *arena;
	const char *db;	      /* the database; NULL: as in the configuration */
	const char *know_dir; /* folder of own rules and weights; NULL: REP_SESSION_KNOW_DIR */
	bool know_told;	      /* what is wrong in that folder was reported, and is not again */
	int64_t now_s;	      /* the moment that was asked for; 0: the newest fact */
	int64_t clock_s;      /* the time when the session began */
	bool only_reads;      /* nothing is stored, not even what was looked at or waits */
	bool all;	      /* everything in the store, not only the last 24 hours */
	/* Parts of the judge to leave out (judge/judge.h). Only tests set this. */
	const char *const *without;
	size_t without_n;
	rep_session_problem_fn problem;	  /* NULL: problems are not reported */
	rep_session_progress_fn progress; /* NULL: not reported */
	/* Needed for asking lists (engine/usage.h), and to commit by time. */
	int64_t (*clock_ms)(void);
	unsigned wait_s; /* how long to wait for another writer; 0: REP_SESSION_WAIT_S */
	bool wait_told;	 /* that it waits for one was said, and is not again */
	void *ctx;	 /* passed to the two callbacks */
	/* Who has the inputs of an ingest (engine/inputs.h). NULL: this process finds and opens them. */
	const struct rep_inputs_from *inputs;
};

/* Used when it exists. A folder that was asked for by name must exist. */
#define REP_SESSION_KNOW_DIR "/etc/reputed/know.d"

/*
 * The maximum number of files that are read in a know folder. More are reported. Nobody has so many
 * rules files, and a folder full of other files must not be read completely.
 */
enum { REP_SESSION_KNOW_FILES = 256 };

/* What an input is that cannot be read: bad, unless only memory was short. */
enum rep_problem_kind rep_problem_of(const struct rep_err *why);

void rep_session_tell(const struct rep_session *s, const struct rep_problem *t);
/* The same with a sentence, of at most REP_SESSION_SENTENCE bytes. */
enum { REP_SESSION_SENTENCE = 6144 }; /* the longest path, and what is said about it */
void rep_session_say(const struct rep_session *s, enum rep_problem_kind kind, const char *fmt, ...)
    REP_PRINTF(3, 4);

/*
 * Loads know: what is built in, and the folder. Problems in a file are reported as bad input. Free
 * it with rep_know_free.
 */
enum rep_rc rep_session_know(
    const struct rep_session *s, struct rep_know **out, struct rep_err *err) REP_NODISCARD;
/*
 * The same, not ready to read replies. *whole is false when rules were left out: those whose text does
 * not have the word (rep_know_add_builtin_about). "": none.
 */
enum rep_rc rep_session_know_about(const struct rep_session *s, struct rep_str word,
    struct rep_know **out, bool *whole, struct rep_err *err) REP_NODISCARD;

/* The same for services that send mail for others, in the arena of the session. Problems as with know. */
enum rep_rc rep_session_services(
    const struct rep_session *s, struct rep_services **out, struct rep_err *err) REP_NODISCARD;

/* Loads the built-in weights, then those of the same folder over them. Problems as with know. */
enum rep_rc rep_session_weights(const struct rep_session *s, struct rep_weights *w,
    struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

/* The files in the know folder whose names end in one of the words, sorted by name; in `a`. */
enum rep_rc rep_session_know_files(const struct rep_session *s, const char *const *ends,
    size_t ends_n, struct rep_arena *a, const char ***paths, size_t *n,
    struct rep_err *err) REP_NODISCARD;

/* Path of the database; "" when out of memory. */
const char *rep_session_db(const struct rep_session *s);
enum rep_rc rep_session_key(const struct rep_session *s, bool create, struct rep_key *key,
    struct rep_err *err) REP_NODISCARD;
/*
 * How long a command waits until another one has written. Each holds the database for a second or
 * two, or for as long as judging takes. The wait is reported after a second.
 */
enum { REP_SESSION_WAIT_S = 60 };

/*
 * Opens the store with the flags of rep_store_open. Reads the key, except with REP_STORE_READ_ONLY;
 * with REP_STORE_CREATE a missing key is made.
 */
enum rep_rc rep_session_store(const struct rep_session *s, unsigned flags, struct rep_store **out,
    struct rep_err *err) REP_NODISCARD;

/* The same with a key that the caller has. */
enum rep_rc rep_session_open(const struct rep_session *s, unsigned flags, const struct rep_key *key,
    struct rep_store **out, struct rep_err *err) REP_NODISCARD;

/* The present, to compare times with: the moment asked for, else the clock. */
int64_t rep_session_present(const struct rep_session *s);

#endif
