/*
 * stories/story.h -- a story: what a provider did to somebody's mail, and what must be said of it.
 *
 * A story is a text file (doc/testing.md, "Stories"). The parser (parse.c) makes steps of it;
 * the world (world.c) is the mail server and the providers, and writes the log lines that
 * Postfix would have written; the engine (engine.c) is reputed itself, the real one, with the
 * store in memory and the clock of the story; expect.c compares. run.c puts them together.
 *
 * Pure but for the reading of the files: no clock, and chance comes from a fixed seed, so the
 * same story is the same log, byte for byte. Everything lives in the arena of the story.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_STORY_H
#define REP_TEST_STORY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "fact/words.h"

#include <stdarg.h>

enum { STORY_ARENA = 256 << 20, STORY_FILE_MAX = 1 << 20, STORY_WORDS = 32, STORY_PIECES = 16 };

/* A word of a line; a quoted one may hold blanks. */
struct story_word {
	struct rep_str s;
	bool quoted;
};

struct story_words {
	struct story_word v[STORY_WORDS];
	size_t n, at; /* at: the next one to be read */
	struct rep_str rest;
};

/* Where mail goes to: a provider of know, or a small host of its own domain. */
struct story_target {
	struct rep_str provider, domain, host, ip;
	const char *ok; /* what it says after the dot */
};

/* Mail of one kind, from one way out, to one provider. */
struct story_mail {
	struct rep_str from, via;
	const struct story_target *to;
	double per_s;
	int64_t for_s; /* 0: until `stop` */
	int profile;   /* enum story_profile */
	struct rep_str relay_host, relay_ip;
	unsigned relay_port;
};

enum story_profile { STORY_FLAT = 0, STORY_DAY, STORY_WEEK };

/* What is done with a delivery attempt. */
enum story_answer_kind {
	STORY_REPLY = 0, /* an SMTP reply, at a stage */
	STORY_ACCEPTED,
	STORY_TIMEOUT, /* no connection comes about */
	STORY_CLOSED,  /* connection refused */
	STORY_LOST,    /* the connection breaks off */
	STORY_NO_DNS,  /* our resolver has no answer */
	STORY_NO_ROUTE /* our network is down */
};

/* How a provider answers from now on; the newest that fits counts. */
struct story_answer {
	const struct story_target *to; /* NULL: all */
	struct rep_str via, from;      /* n == 0: any */
	uint32_t ppm;		       /* share of the recipients (5xx) or attempts (4xx) */
	enum story_answer_kind kind;
	struct rep_str text;
	enum rep_stage stage;
	int64_t for_s;	 /* 0: until `end` */
	int64_t young_s; /* greylisting: only attempts at mail younger than that; 0: all */
};

enum story_do {
	STORY_AT = 0,
	STORY_WAIT,
	STORY_MARK,
	STORY_MAIL,
	STORY_STOP,
	STORY_ANSWER,
	STORY_END,
	STORY_LOG,
	STORY_LINE,
	STORY_AGAIN,
	STORY_SKEW,
	STORY_COMPLAINTS,
	STORY_REPORTED,
	STORY_EXPECT
};

struct story_expect;

struct story_step {
	struct story_step *next;
	enum story_do what;
	unsigned line;
	struct rep_str
	    text; /* of AT and WAIT as written, MARK: its name, LOG, LINE, EXPECT; COMPLAINTS, REPORTED: whose */
	uint64_t count;		    /* COMPLAINTS, REPORTED: messages of a day */
	uint64_t dkim, spf;	    /* REPORTED */
	int64_t seconds;	    /* AT, WAIT, SKEW; REPORTED: back from now */
	struct story_mail mail;	    /* REPORTED: from, the domain, and via */
	struct story_answer answer; /* also END: what it must be like */
	const struct story_expect *expect;
};

struct story_address {
	struct story_address *next;
	struct rep_str via, ip;
};

struct story {
	const char *file;
	struct rep_str name; /* of the file, without its end */
	struct rep_str title;
	struct rep_arena *a;
	struct rep_buf config, know;
	struct rep_str host; /* log host */
	bool log;	     /* print every line that is read */
	const char *pieces[STORY_PIECES];
	size_t pieces_n;
	struct story_address *addresses;
	struct story_target *targets[64];
	size_t targets_n;
	struct story_step *first, *last;
	size_t expects_n;
};

/* Reads a story. The sentence of *err has the place: "file:line: ...". */
enum rep_rc story_parse(const char *file, struct rep_str text, struct rep_arena *a,
    struct story *st, struct rep_err *err) REP_NODISCARD;

void story_free(struct story *st); /* what is not in the arena */

/* The next word, or n == 0 at the end. */
struct rep_str story_next(struct story_words *w);
bool story_more(const struct story_words *w);
/* "10m", "5h", "9d", "1d12h", "90" (seconds). */
bool story_span(struct rep_str s, int64_t *out);

/* The target of a name, made when it is new; NULL when there is none of that name. */
const struct story_target *story_target(struct story *st, struct rep_str name);
/* What the world sees of a way out; n == 0: not told. */
struct rep_str story_address(const struct story *st, struct rep_str via);

/* --- the world (world.c) ----------------------------------------------------------------------- */

struct story_world;

/* Gets each log line, without its newline. */
typedef enum rep_rc (*story_line_fn)(void *ctx, struct rep_str line, struct rep_err *err);

struct story_world *story_world_new(const struct story *st, story_line_fn fn, void *ctx);
void story_world_free(struct story_world *w); /* NULL is fine */
int64_t story_world_now(const struct story_world *w);
/* One step that is no expectation. */
enum rep_rc story_world_do(
    struct story_world *w, const struct story_step *s, struct rep_err *err) REP_NODISCARD;
/* Whether a step can write lines; the others only change the world. */
static inline bool
story_writes(const struct story_step *s)
{
	return s->what == STORY_AT || s->what == STORY_WAIT || s->what == STORY_LOG ||
	    s->what == STORY_LINE || s->what == STORY_AGAIN;
}
/* The time of a mark; false when it was not set. */
bool story_world_mark(const struct story_world *w, struct rep_str name, int64_t *at_s);
/* A second reading of lines gets other queue ids: the piece `once` switched off. */
void story_world_other_ids(struct story_world *w);

/* --- reputed (engine.c) --------------------------------------------------------------------------- */

/* What became of a story without a piece, or (piece NULL) with all of them. */
struct story_result {
	const char *piece;
	bool failed;		  /* an expectation did not hold */
	unsigned line;		  /* of the first that did not */
	struct rep_str what, why; /* that expectation, and what was found instead */
};

/* Whether there is a piece of that name; pieces of the judge need no run of their own. */
bool story_piece_known(const char *piece);
bool story_piece_of_judge(const char *piece);

/*
 * Lives through the story once and fills the results: n of them, each with its piece. Either all
 * are of the judge (or NULL), or there is one. `show`: what `reputed why` says at each
 * expectation goes to standard output. The story's words end up in its arena.
 */
enum rep_rc story_run(const struct story *st, struct story_result *v, size_t n, bool show,
    struct rep_err *err) REP_NODISCARD;

/* What runs have in common is given back. */
void story_end(void);

/* --- expectations (expect.c) --------------------------------------------------------------------- */

struct rep_verdict_set;
struct story_told;

/* What an expectation is held against. */
struct story_scene {
	const struct story *st;
	const struct story_world *world;
	const struct rep_verdict_set *set;
	size_t chosen; /* incident that the last `expect incident` found; SIZE_MAX: none yet */
	uint64_t bad;  /* lines that could not be read */
	struct story_told
	    *told; /* by the daemon; NULL: it is not asked (a piece is switched off) */
	struct rep_arena *a;
};

/* Reads what follows `expect`. */
enum rep_rc story_expect_parse(struct story *st, struct story_words *w,
    const struct story_expect **out, struct rep_err *err) REP_NODISCARD;
/* Whether it holds; if not, *why has what was found instead. */
bool story_expect_holds(
    const struct story_expect *e, struct story_scene *scene, struct rep_str *why);

/* Whether why and options say the same of every open incident. False: *why says where not. */
bool story_agrees(struct story_scene *scene, struct rep_str *why);

#endif
