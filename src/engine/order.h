/*
 * engine/order.h -- the inputs of an ingest, each looked at, in the order in which they are read.
 *
 * What an input is, and when it begins, is told by its first bytes. Logs come oldest first, so
 * that a message is known before it is delivered; documents come behind them in the order given.
 * What lies in a folder and is neither is told and left out.
 *
 * Each input is opened once: it stays open from the look at its first bytes until it was read. Of
 * more than REP_ORDER_OPEN only those that can be read once (pipes, standard input) stay open;
 * the other files are opened again for reading, for there are fewer descriptors than files in a
 * mailbox. A dry run reads twice, and a position that turns out to be of another file costs
 * an opening more (engine/positions.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ORDER_H
#define REP_ENGINE_ORDER_H

#include "engine/inputs.h"
#include "engine/session.h"
#include "intake/document.h"
#include "intake/lines.h"

/* Far below the 1,024 descriptors of a process; each also holds up to half a megabyte unpacked. */
enum { REP_ORDER_OPEN = 32 };

struct rep_order_input {
	const char *path; /* "-": standard input */
	const char *name; /* as it is told to people */
	bool once;	  /* a pipe: what was read of it is gone */
	bool given;	  /* by its name, not found in a folder */
	enum rep_doc_kind kind;
	bool document;	 /* for engine/documents.h, not for the log reader */
	int64_t first_s; /* of the first line that has a time; INT64_MAX: none has */
	size_t order;
	struct rep_lines *lines; /* owned; open at the start, or NULL: rep_order_open */
	bool bad;		 /* could not be opened; told already */
};

struct rep_order {
	struct rep_order_input *v; /* in the arena of the session */
	size_t n, open;
};

/*
 * Opens and sorts. What cannot be opened is told as bad input, and is in the order as `bad`. With
 * `twice` (a dry run) what can be read only once is kept aside in a file without a name.
 * REP_EIO when there is no room for that.
 */
enum rep_rc rep_order_make(const struct rep_session *s, const struct rep_inputs *inputs, bool twice,
    struct rep_order *out, struct rep_err *err) REP_NODISCARD;
void rep_order_fini(struct rep_order *o); /* closes what is open; all zero is fine */

/* One that is not open. Errors name it as people know it. */
enum rep_rc rep_order_open(struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;
void rep_order_close(struct rep_order_input *o);

#endif
