/*
 * serve/control_msg.h -- messages between a command and the process of reputed serve that does its work.
 *
 * To it: COMMAND with the words of a command line and, beside it, descriptors 0, 1 and 2. From it: TAKEN when it
 * begins, REFUSED, ELSEWHERE or CHANGED when it does not, DONE with the exit code. In between it may ask for the inputs that the
 * command line names: WANT_NAMES, answered by NAMES, and WANT_FILE, answered by FILE with the descriptor beside it.
 * A packet is one message.
 *
 * Pure. Each end takes the other for a stranger: a number outside its range, a NUL in a word, too many words, a byte
 * too few or too many make the message bad, with a sentence that says why. Views point into the packet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_CONTROL_MSG_H
#define REP_SERVE_CONTROL_MSG_H

#include "serve/msg.h"

enum {
	REP_CONTROL_VERSION =
	    2, /* of these messages: a service may be older than a command, until it is restarted */
	REP_CONTROL_MAX = 64 << 10,   /* bytes of a packet, with which every socket goes along */
	REP_CONTROL_WORDS_MAX = 1024, /* of a command line; inputs are not among them */
	REP_CONTROL_DESCRIPTORS = 3,  /* beside COMMAND */
	REP_CONTROL_NAME_MAX = 4096,  /* bytes of an input's name: no longer path can be opened */
	REP_CONTROL_SENTENCE_MAX = 2048,
	REP_CONTROL_CODE_MAX = 4 /* exit codes */
};

/* What a command goes by in its environment, and nothing else of it. */
enum rep_control_env {
	REP_CONTROL_NO_COLOR,
	REP_CONTROL_COLUMNS,
	REP_CONTROL_TZ,
	REP_CONTROL_ENV_N
};
extern const char *const rep_control_env_names[REP_CONTROL_ENV_N];

/* A file, by what it is, so that no path of one process is opened in another. All 0: it is not there. */
struct rep_control_file {
	bool named; /* the command line names one */
	uint64_t dev, ino;
	uint64_t size, mtime_s, mtime_ns; /* as it was when it was read */
};

struct rep_control_command {
	struct rep_str words[REP_CONTROL_WORDS_MAX]; /* the command's name first */
	size_t words_n;
	struct rep_str env[REP_CONTROL_ENV_N]; /* p == NULL: not set */
	unsigned worst;			       /* the exit code so far */
	struct rep_control_file config, know;  /* --config, or the usual one; --know */
};

/*
 * Whether the service may use this as its time zone: the name of one, no path to some file. tzset(3) would open it.
 */
bool rep_control_zone(struct rep_str tz);

/* The message in a packet, and nothing else. REP_ESYNTAX, REP_ELIMIT. */
enum rep_rc rep_control_take(
    struct rep_str packet, struct rep_msg *m, struct rep_err *err) REP_NODISCARD;

/* False: it does not fit into a packet. */
bool rep_control_put_command(
    struct rep_buf *out, const struct rep_control_command *c) REP_NODISCARD;
enum rep_rc rep_control_get_command(
    const struct rep_msg *m, struct rep_control_command *c, struct rep_err *err) REP_NODISCARD;

void rep_control_put_taken(struct rep_buf *out);

/*
 * REFUSED: it is not done. ELSEWHERE: it is not done here, but may be by the command itself. CHANGED: the same, and the
 * person is told. Why is a sentence.
 */
void rep_control_put_no(struct rep_buf *out, enum rep_msg_type type, struct rep_str why);
enum rep_rc rep_control_get_no(
    const struct rep_msg *m, struct rep_str *why, struct rep_err *err) REP_NODISCARD;

/* WANT_NAMES: from the nth input on. WANT_FILE: the nth. */
void rep_control_put_want(struct rep_buf *out, enum rep_msg_type type, uint64_t nth);
enum rep_rc rep_control_get_want(
    const struct rep_msg *m, uint64_t *nth, struct rep_err *err) REP_NODISCARD;

/* One of NAMES. */
struct rep_control_name {
	struct rep_str name; /* at most REP_CONTROL_NAME_MAX bytes, for messages only */
	bool given, once;    /* named on the command line; a pipe */
};
/*
 * NAMES: begin, put each until one does not fit (false), end. last: there are no more behind these. worst: as in
 * COMMAND.
 */
size_t rep_control_begin_names(struct rep_buf *out, unsigned worst);
bool rep_control_put_name(struct rep_buf *out, const struct rep_control_name *name) REP_NODISCARD;
void rep_control_end_names(struct rep_buf *out, size_t begun, bool last);

struct rep_control_names {
	bool last;
	unsigned worst;
	struct rep_msg_reader rest;
};
/* All of the message is looked at. Then rep_control_next_name gives each; false at the end. */
enum rep_rc rep_control_get_names(
    const struct rep_msg *m, struct rep_control_names *names, struct rep_err *err) REP_NODISCARD;
bool rep_control_next_name(struct rep_control_names *names, struct rep_control_name *name);

/* FILE: the descriptor is beside it, or why it cannot be opened. */
void rep_control_put_file(struct rep_buf *out, struct rep_str why);
enum rep_rc rep_control_get_file(
    const struct rep_msg *m, struct rep_str *why, struct rep_err *err) REP_NODISCARD;

void rep_control_put_done(struct rep_buf *out, unsigned code);
enum rep_rc rep_control_get_done(
    const struct rep_msg *m, unsigned *code, struct rep_err *err) REP_NODISCARD;

#endif
