/*
 * engine/order.h -- looks at the inputs of an ingest, and puts them into the order of reading.
 *
 * The first bytes of an input show what it is, and when it begins. Logs come first, the oldest
 * first, so that a message is known before it is delivered. Documents follow in the order given. A
 * file found in a folder that is neither a log nor a document is reported and left out.
 *
 * Each input is opened here, but read by a reader (serve/reader.h): no byte of it is looked at in this
 * process. It is opened once, and stays open until it was read. When there are more than
 * REP_ORDER_OPEN, only those that can be read only once (pipes, standard input) stay open. The
 * other files are opened again for reading, because a process has fewer descriptors than a mailbox
 * has files. Small documents are taken whole when they are looked at, REP_ORDER_WHOLE bytes of them
 * together: they need no descriptor, and no second opening. A dry run reads twice. One more opening is needed when a position turns out to belong
 * to another file (engine/positions.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ORDER_H
#define REP_ENGINE_ORDER_H

#include "engine/inputs.h"
#include "engine/session.h"
#include "serve/reader.h"

/*
 * Far below the 1,024 descriptors of a process. Each input also needs up to half a megabyte to
 * unpack.
 */
enum { REP_ORDER_OPEN = 32 };
/* The most memory for small documents. A notice has some kilobytes, so these are thousands. */
enum { REP_ORDER_WHOLE = 32 << 20 };

struct rep_order_input {
	const char *path; /* "-": standard input */
	const char *name; /* its name in messages */
	bool once;	  /* a pipe: what was read of it cannot be read again */
	bool given;	  /* named by the user, not found in a folder */
	size_t root;	  /* bytes of path that are the folder named by the user */
	enum rep_doc_kind kind;
	bool document;	 /* read by engine/documents.h, not by the reader of mail logs */
	int64_t first_s; /* of the first line that has a time; INT64_MAX: no line has one */
	size_t order;	 /* its number among the inputs as they were given */
	const struct rep_inputs_from *from; /* who opens it; NULL: this process */
	struct rep_reader_input *reading;   /* owned; open at the start. NULL: use rep_order_open */
	bool bad;			    /* could not be opened; already reported */
};

struct rep_order {
	struct rep_order_input *v; /* in the arena of the session */
	size_t n, open;
	size_t whole;		   /* bytes of the documents that are here whole */
	struct rep_reader *reader; /* borrowed */
};

/*
 * Opens and sorts the inputs. One that cannot be opened is reported as bad input, and stays in the
 * order as `bad`. With `twice` (a dry run), inputs that can be read only once are copied into a
 * file without a name. REP_EIO when there is no room for that.
 */
enum rep_rc rep_order_make(const struct rep_session *s, struct rep_reader *reader,
    const struct rep_inputs *inputs, bool twice, struct rep_order *out,
    struct rep_err *err) REP_NODISCARD;
void rep_order_fini(struct rep_order *o); /* closes what is open; all zero is allowed */

/*
 * Opens an input that is not open; a document of at most whole_most bytes is taken whole. Errors use
 * the name that people know.
 */
enum rep_rc rep_order_open(struct rep_reader *reader, struct rep_order_input *o, size_t whole_most,
    struct rep_err *err) REP_NODISCARD;
void rep_order_close(struct rep_reader *reader, struct rep_order_input *o);

#endif
