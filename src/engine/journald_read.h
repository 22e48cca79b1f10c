/*
 * engine/journald_read.h -- reads on in a journal of systemd, from the entry that was read last.
 *
 * Entries become lines (engine/journald.h) in a file without a name, a chunk at a time, and each chunk is read
 * as a log is (rep_ingest_chunk): by the reader, and committed together with the cursor of its last entry. So
 * memory does not grow with the journal, and whenever the process ends, the next one reads on behind the
 * last chunk. The first time it begins with the oldest entry.
 *
 * When the entry of the cursor is not there any more, all that is there is read again; what was read before
 * counts once. How much the journal has lost is reported as far as its numbers tell.
 *
 * An entry that cannot be read, that is no line, or that ends its reader is left out. The session hears of each, with
 * its time and its cursor, and it counts as a bad line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_JOURNALD_READ_H
#define REP_ENGINE_JOURNALD_READ_H

#include "engine/ingest.h"
#include "engine/journald.h"

enum {
	/* Entries of one commit: some 5 MB of lines, and what the store collects of them is small. Judgement. */
	REP_JOURNALD_CHUNK = 20000,
	/*
	 * Bytes of one commit. The entry that reaches them is the last: it may have more than a megabyte, since a
	 * control character of a field takes six bytes, and a field has up to 64 KiB.
	 */
	REP_JOURNALD_CHUNK_BYTES = 16 << 20,
	/* Entries of one pass: then it judges, so that news of what was read does not wait for all. Judgement. */
	REP_JOURNALD_PASS = 2000000
};

/* For tests: doc/testing.md, Faults. All zero: no faults. chunk: at most REP_JOURNALD_CHUNK. */
struct rep_journald_faults {
	uint64_t chunk, pass, bad_at;
};

/*
 * Reads to the end that it finds: what comes later is for the next pass. *more: it read as much as a pass does. A
 * journal that is not there, or may not be read, has nothing new: engine/journald_watch.h tells of it. When another
 * thing is wrong with one, that is reported, and it is REP_OK too: what else the pass reads is judged.
 */
enum rep_rc rep_journald_read(struct rep_ingest *g, const struct rep_session *s,
    const struct rep_journald *o, const struct rep_journald_faults *faults, bool *more,
    struct rep_err *err) REP_NODISCARD;

#endif
