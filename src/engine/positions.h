/*
 * engine/positions.h -- how far an input was read, and going on there.
 *
 * An input is found again by its content, never by its name: by keyed hashes of its first bytes
 * and of the bytes before the position. So a log that was rotated or packed is read on, and one
 * that was begun anew is a new one. A position is only the fast way: without it every fact is
 * looked up, and none counts twice.
 *
 * Nothing is written here; the position goes to the store with what was read up to it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_POSITIONS_H
#define REP_ENGINE_POSITIONS_H

#include "engine/order.h"
#include "store/store.h"

/*
 * Looks for the input among those of the store. When it is there, *in is what the store has (with
 * the name that *in has now), and the reader stands behind what was read. An input that cannot go
 * back (in->lines of a pipe) is found and read from where it stands. May open the file again.
 */
enum rep_rc rep_position_find(struct rep_store *store, const struct rep_key *key,
    struct rep_order_input *o, struct rep_input *in, struct rep_err *err) REP_NODISCARD;

/*
 * The position after the line just read, or before it when it may still grow, into *in. `lines`
 * and `bad` count the lines of the input so far, that one included.
 */
void rep_position_note(struct rep_input *in, const struct rep_key *key,
    const struct rep_lines *lines, const struct rep_line *line, uint64_t n, uint64_t bad,
    int64_t clock_s);

#endif
