/*
 * serve/reader.h -- unpacks files of strangers and reads their lines, in a process of its own.
 *
 * The engine opens a file and hands the descriptor to the reader, a worker that is locked as those
 * for documents are (serve/sandbox.h). The reader unpacks, finds the lines, parses them
 * (intake/log_reader.h) and sends what they say in batches, each with the mark from which reading
 * can continue. It remembers nothing that matters: queue ids, labels, the key, the database
 * and what a reply means are the engine's. So a reader that dies costs the rest of one input.
 *
 * The two work at the same time: while the engine stores one batch, the reader reads the next. A
 * reader that is ahead waits in its pipe.
 *
 * All that comes from the reader is checked (serve/read_msg.h). After a message that makes no sense
 * the reader is ended, as when it dies; the next input gets a new one. Inputs that were open in it
 * are opened again, but what can be read only once is lost, and that is an error of that input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_READER_H
#define REP_SERVE_READER_H

#include "intake/aggregate_pack.h"
#include "serve/read_msg.h"
#include "serve/sandbox.h"

enum {
	/* Inputs open at once: those that can be read only once, and some others. */
	REP_READER_OPEN = 256,
	/*
	 * Address space: an open xz file takes 96 MB at most, and REP_ORDER_OPEN of them may be
	 * open.
	 */
	REP_READER_MEMORY_MB = 4096
};

struct rep_reader_params {
	/* The program that becomes a reader, with its arguments. NULL: a fork of this process. */
	const char *exe;
	char *const *argv;
	int64_t now_s;	/* the present: lines over a day later are in the future */
	uint64_t lines; /* most lines in a batch; 0: REP_READ_LINES_MAX */
	/* for tests: SIGKILL to the reader at every Nth message after READ; 0: never */
	uint64_t kill_at;
	uint64_t kill_open_at; /* and once, before its Nth answer about an input; 0: never */
};

struct rep_reader;

/* An open input. */
struct rep_reader_input {
	bool flows; /* it comes in pieces over time, and can be read only once */
	/* What its beginning shows (struct rep_read_opened). */
	enum rep_doc_kind kind;
	int64_t first_s, time_s;
	char head[REP_LINES_HEAD];
	size_t head_n;
	/* All that it holds, so that its reader has closed it. Owned; NULL: it is read piece by piece. */
	char *all;
	size_t all_n;
	/* For the reader. */
	uint32_t whole_most;
	unsigned slot;
	uint64_t process;
};

/* The process is started with the first input. */
enum rep_rc rep_reader_new(
    const struct rep_reader_params *o, struct rep_reader **out, struct rep_err *err) REP_NODISCARD;
void rep_reader_free(struct rep_reader *r); /* ends the process; NULL is allowed */

/* What the first process said about its sandbox. NULL: none was started yet. */
const struct rep_sandbox *rep_reader_sandbox(const struct rep_reader *r);

/*
 * Begins to read an open file, from the present position of its descriptor. `fd` is closed (but not
 * 0), also when this fails. Messages name `name`. REP_EIO: it cannot be read, or its reader died.
 *
 * A document in a file of at most whole_most bytes (unpacked; REP_LINES_ALL at most, 0: none) is taken
 * whole at once: of a folder of small mails each is asked for once, not three times. It is given by
 * rep_reader_bytes like all others, also when its reader has died since.
 */
enum rep_rc rep_reader_open(struct rep_reader *r, int fd, const char *name, size_t whole_most,
    struct rep_reader_input **out, struct rep_err *err) REP_NODISCARD;

/*
 * The same in two steps, so that the reader has work while its answers are looked at: at most
 * REP_READER_AHEAD inputs are asked about, then nothing else until each has its answer, in the order
 * of asking. An answer that is no REP_OK makes *asked NULL; when the reader died or was ended, what
 * was asked after that has no answer either (REP_EIO), and can be opened again.
 */
enum { REP_READER_AHEAD = 16 };
enum rep_rc rep_reader_ask(struct rep_reader *r, int fd, const char *name, size_t whole_most,
    struct rep_reader_input **out, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_reader_answer(struct rep_reader *r, const char *name,
    struct rep_reader_input **asked, struct rep_err *err) REP_NODISCARD;
void rep_reader_close(struct rep_reader *r, struct rep_reader_input *in); /* NULL is allowed */

/* False: the process that had it open is gone. */
bool rep_reader_has(const struct rep_reader *r, const struct rep_reader_input *in);

/* Continues at an offset. As rep_lines_seek. */
enum rep_rc rep_reader_seek(struct rep_reader *r, const struct rep_reader_input *in,
    uint64_t offset, uint64_t lines, char tail[REP_LINES_HEAD], size_t *tail_n,
    struct rep_err *err) REP_NODISCARD;

/*
 * Starts reading: batches of lines, bytes, or what aggregate reports say (of at most about `most` bytes; then
 * REP_ELIMIT). Until the end was given (any rc but REP_OK), nothing else can be asked of the reader. last_s: the time of the latest line
 * before the place that was sought; 0: nothing was.
 */
enum rep_rc rep_reader_lines(struct rep_reader *r, const struct rep_reader_input *in,
    int64_t last_s, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_reader_bytes(struct rep_reader *r, const struct rep_reader_input *in, uint64_t most,
    struct rep_err *err) REP_NODISCARD;
/* Of an input that is not here whole. REP_ESYNTAX at its end: it is no report, or declares entities. */
enum rep_rc rep_reader_items(struct rep_reader *r, const struct rep_reader_input *in, uint64_t most,
    struct rep_err *err) REP_NODISCARD;
/*
 * The next piece; waits for it. Views are valid until the next call. REP_ENOTFOUND at the end.
 * REP_EIO when reading failed or the reader died: what came before is good.
 */
enum rep_rc rep_reader_next_batch(
    struct rep_reader *r, struct rep_read_batch *b, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_reader_next_bytes(
    struct rep_reader *r, struct rep_str *bytes, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_reader_next_items(
    struct rep_reader *r, struct rep_packed *items, struct rep_err *err) REP_NODISCARD;
/* The items of reports. One that makes no sense ends the reader. REP_ENOTFOUND: there are no more. */
enum rep_rc rep_reader_item(struct rep_reader *r, struct rep_packed *items,
    struct rep_unpacked *item, struct rep_err *err) REP_NODISCARD;
/* The entries of the batch. A bad one ends the reader. REP_ENOTFOUND: there are no more. */
enum rep_rc rep_reader_entry(struct rep_reader *r, const struct rep_read_batch *b, size_t *at,
    struct rep_read_entry *e, struct rep_err *err) REP_NODISCARD;

/*
 * For input that comes in pieces over time. _wait: the next piece is there, or comes within ms.
 * _more: waits for more bytes, whether or not a piece is there; false when none came within ms. _unread: bytes
 * that came and were not given yet. _ended: the end is among them.
 */
bool rep_reader_wait(struct rep_reader *r, int ms);
bool rep_reader_more(struct rep_reader *r, int ms);
size_t rep_reader_unread(const struct rep_reader *r);
bool rep_reader_ended(const struct rep_reader *r);

/*
 * The whole life of a reader: it locks itself, reports that, takes commands from the socket that is
 * descriptor 0, answers on 1, and ends at the end of the commands. Returns the exit code.
 */
int rep_read_worker_main(void);

#endif
