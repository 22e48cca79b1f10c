/*
 * engine/session.h -- what a piece of work is about: whose configuration, which database, which
 * moment, and who is told what happens.
 *
 * A command, a page or the daemon fills one in and hands it to the engine. The engine never
 * prints, never exits, reads no clock and no environment: what it has to say goes to `problem`
 * and `progress`, and the clock is `clock_s` and `clock_ms`.
 *
 * All pointers are borrowed and must live as long as the session is used. What the engine makes
 * for the session (paths, texts of know files) lies in `arena`.
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
#include "store/store.h"

enum rep_problem_kind {
	REP_PROBLEM_NOTE,  /* worth telling; all that was asked for is done */
	REP_PROBLEM_INPUT, /* something that came in was bad; the rest was used */
	REP_PROBLEM_FAILED /* something that was asked for could not be done */
};

/* One thing to tell. It lives until the callback returns. */
struct rep_problem {
	enum rep_problem_kind kind;
	const char
	    *text; /* one sentence; may quote what strangers wrote: not safe for a terminal */
	const char *file;  /* where; NULL: nowhere, or the sentence says it */
	uint64_t line;	   /* of file; 0: of the whole */
	uint64_t nth;	   /* the how many-th of its kind in this input; 0: not counted */
	bool line_skipped; /* that line was not used */
};

typedef void (*rep_session_problem_fn)(void *ctx, const struct rep_problem *t);
/* So many of so many questions are answered; end: nothing follows. */
typedef void (*rep_session_progress_fn)(void *ctx, uint64_t done, uint64_t of, bool end);

struct rep_session {
	const struct rep_config *cfg;
	struct rep_arena *arena;
	const char *db;	      /* the database; NULL: that of the configuration */
	const char *know_dir; /* rules and weights of one's own; NULL: REP_SESSION_KNOW_DIR */
	int64_t now_s;	      /* the moment that was asked for; 0: the newest fact */
	int64_t clock_s;      /* the clock when the session began */
	bool all;	      /* everything stored, not the last 24 hours */
	/* Pieces of the judge left out (judge/judge.h): tests say it. */
	const char *const *without;
	size_t without_n;
	rep_session_problem_fn problem;	  /* NULL: nobody is told */
	rep_session_progress_fn progress; /* NULL likewise */
	int64_t (*clock_ms)(void);	  /* needed only where lists are asked (engine/usage.h) */
	void *ctx;			  /* of the two callbacks */
};

/* Used when there is one; a folder that was asked for by name must be there. */
#define REP_SESSION_KNOW_DIR "/etc/reputed/know.d"

/* At most so many files of a know folder are read; what is beyond is told. No folder of a person
 * has as many, and one full of something else must not be read whole. */
enum { REP_SESSION_KNOW_FILES = 256 };

void rep_session_tell(const struct rep_session *s, const struct rep_problem *t);
/* The same of a sentence, at most REP_SESSION_SENTENCE bytes. */
enum { REP_SESSION_SENTENCE = 6144 }; /* a path as long as it can be, and what it is about */
void rep_session_say(const struct rep_session *s, enum rep_problem_kind kind, const char *fmt, ...)
    REP_PRINTF(3, 4);

/* know, built in and of the folder. Problems of a file are told as bad input. Free with rep_know_free. */
enum rep_rc rep_session_know(
    const struct rep_session *s, struct rep_know **out, struct rep_err *err) REP_NODISCARD;

/* The weights built in with those of the same folder over them; problems as with know. */
enum rep_rc rep_session_weights(const struct rep_session *s, struct rep_weights *w,
    struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

/* The files of the know folder whose names end in one of the words, by name; in `a`. */
enum rep_rc rep_session_know_files(const struct rep_session *s, const char *const *ends,
    size_t ends_n, struct rep_arena *a, const char ***paths, size_t *n,
    struct rep_err *err) REP_NODISCARD;

/* Path of the database; "" when memory is out. */
const char *rep_session_db(const struct rep_session *s);
enum rep_rc rep_session_key(const struct rep_session *s, bool create, struct rep_key *key,
    struct rep_err *err) REP_NODISCARD;
/* flags as rep_store_open; the key is read, and made with REP_STORE_CREATE, unless only read. */
enum rep_rc rep_session_store(const struct rep_session *s, unsigned flags, struct rep_store **out,
    struct rep_err *err) REP_NODISCARD;

/* The moment to compare times with: asked for, else the clock. */
int64_t rep_session_present(const struct rep_session *s);

#endif
