// SPDX-License-Identifier: LGPL-2.1-only
/*
 * cas - a part of a value set only if it is what was expected, at once
 *
 * System calls read and write values, but not both in one step, and between two
 * of them any packet may count.  So a program does it, run once by the caller:
 * it looks the entry up and compares and swaps 4 or 8 bytes of it, as programs
 * on other CPUs see it.  What it needs is in the packet that it is given, and
 * what it found there afterwards.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"

/* The packet, longer than the least that is one. */
struct request {
	uint64_t expected; /* and then what was there */
	uint64_t wanted;
	unsigned char key[];
};

/* The part of a value that is swapped. */
struct word {
	size_t at, size;
};

/* What the program returns; of a packet that is too long for it, it sees only the
 * beginning. */
enum { NO_ENTRY, FOUND, CUT };

/* ---- the program ---- */

#define INSN(op, d, s, o, i)                                                   \
	(struct bpf_insn)                                                      \
	{                                                                      \
		.code = (op), .dst_reg = (d), .src_reg = (s), .off = (o),      \
		.imm = (i)                                                     \
	}

/* What is read of the context, and where it is put. */
#define LOAD(d, s, member)                                                     \
	INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, offsetof(struct xdp_md, member), \
	     0)

static int load(const struct xdplab_map *map, const struct word *word)
{
	const int width = word->size == 8 ? BPF_DW : BPF_W;
	const int length = sizeof(struct request) + map->info.key_size;
	const int key = offsetof(struct request, key);
	const int wanted = offsetof(struct request, wanted);
	const struct bpf_insn insns[] = {
		LOAD(BPF_REG_6, BPF_REG_1, data),
		LOAD(BPF_REG_7, BPF_REG_1, data_end),
		/* if (data + length > data_end) return CUT; */
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_6, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, length),
		INSN(BPF_JMP | BPF_JGT | BPF_X, BPF_REG_2, BPF_REG_7, 15, 0),
		/* value = bpf_map_lookup_elem(map, request->key) */
		INSN(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0,
		     map->fd),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_6, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, key),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 7, 0),
		/* r0 = cmpxchg(value + at, expected, wanted) */
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_8, BPF_REG_0, 0, 0),
		INSN(BPF_LDX | BPF_MEM | width, BPF_REG_0, BPF_REG_6, 0, 0),
		INSN(BPF_LDX | BPF_MEM | width, BPF_REG_3, BPF_REG_6, wanted,
		     0),
		INSN(BPF_STX | BPF_ATOMIC | width, BPF_REG_8, BPF_REG_3,
		     word->at, BPF_CMPXCHG),
		/* and what was there goes back */
		INSN(BPF_STX | BPF_MEM | width, BPF_REG_6, BPF_REG_0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, FOUND),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		/* no such entry */
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, NO_ENTRY),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, CUT),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "xdplab_cas", "GPL", insns,
			     ARRAY_SIZE(insns), NULL);
}

/* ---- which part of the value ---- */

/* The first and last byte of which a bit is meant; false: none is. */
static bool find_bytes(const struct xdplab_map_cas *cas, size_t size,
		       size_t *first, size_t *last)
{
	const unsigned char *seen = cas->expected_mask, *set = cas->wanted_mask;
	bool found = false;

	for (size_t i = 0; i < size; i++) {
		if (!seen[i] && !set[i])
			continue;
		*first = found ? *first : i;
		*last = i;
		found = true;
	}
	return found;
}

static int find_word(const struct xdplab_map *map,
		     const struct xdplab_map_cas *cas, struct word *word)
{
	size_t first = 0, last = 0;

	if (!find_bytes(cas, map->info.value_size, &first, &last))
		return fail(-EINVAL, "map %s (id %u): nothing to set",
			    map->name, map->info.id);
	for (word->size = 4; word->size <= 8; word->size *= 2) {
		word->at = first / word->size * word->size;
		if (last < word->at + word->size &&
		    word->at + word->size <= map->info.value_size)
			return 0;
	}
	fail(-EINVAL,
	     "map %s (id %u): bytes %zu to %zu of a value cannot be set "
	     "atomically",
	     map->name, map->info.id, first, last);
	return advise(-EINVAL, "compare-and-set only works on 4 or 8 aligned "
			       "bytes");
}

static int refuse(const struct xdplab_map *map, const char *why)
{
	return fail(-EOPNOTSUPP,
		    "map %s (id %u): compare-and-set is not supported: %s",
		    map->name, map->info.id, why);
}

/* What a program could do, and the caller could not. */
static int check(const struct xdplab_map *map)
{
	if (map->info.frozen)
		return map_fail(map, -EPERM, "write entries");
	if (!map->kind->can_swap)
		return refuse(map, map->kind->per_cpu
					   ? "values are per-CPU"
					   : "not an array or a hash");
	if (map->has_lock)
		return refuse(map, "values are protected by a bpf_spin_lock");
	if (map->info.flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG))
		return refuse(map,
			      "programs may not both read and write values");
	return 0;
}

/* ---- one step ---- */

struct swap {
	const struct xdplab_map *map;
	struct word word;
	int prog_fd;
	struct request *request;
	size_t size; /* of the request */
};

/* Gives 0 where it was done; 1 where `seen`, a word, was not what is there,
 * which it becomes. */
static int step(const struct swap *swap, unsigned char *seen,
		const unsigned char *wanted)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = swap->request,
		    .data_size_in = swap->size, .data_out = swap->request,
		    .data_size_out = swap->size, .repeat = 1);
	int err;

	memcpy(&swap->request->expected, seen, swap->word.size);
	memcpy(&swap->request->wanted, wanted, swap->word.size);
	err = bpf_prog_test_run_opts(swap->prog_fd, &opts);
	if (err)
		return map_fail(swap->map, err, "compare and set");
	if (opts.retval == CUT)
		return refuse(swap->map, "keys are too long for a packet");
	if (opts.retval != FOUND)
		return fail(-ENOENT, "map %s (id %u): no such entry",
			    swap->map->name, swap->map->info.id);
	if (!memcmp(&swap->request->expected, seen, swap->word.size))
		return 0;
	memcpy(seen, &swap->request->expected, swap->word.size);
	return 1;
}

static bool is_expected(const struct xdplab_map_cas *cas,
			const unsigned char *value, const struct word *word)
{
	const unsigned char *mask = cas->expected_mask;
	const unsigned char *expected = cas->expected;

	for (size_t i = word->at; i < word->at + word->size; i++)
		if ((value[i] ^ expected[i]) & mask[i])
			return false;
	return true;
}

static void make_wanted(const struct xdplab_map_cas *cas,
			const unsigned char *value, const struct word *word,
			unsigned char *wanted)
{
	const unsigned char *mask = cas->wanted_mask, *set = cas->wanted;

	for (size_t i = word->at; i < word->at + word->size; i++)
		*wanted++ = (value[i] & ~mask[i]) | (set[i] & mask[i]);
}

/* What else is in the word may change meanwhile, and is kept. */
static int swap_until_done(const struct swap *swap,
			   const struct xdplab_map_cas *cas,
			   unsigned char *value)
{
	const struct word *word = &swap->word;
	unsigned char wanted[sizeof(uint64_t)];
	int changed = 1;

	while (changed == 1 && is_expected(cas, value, word)) {
		make_wanted(cas, value, word, wanted);
		changed = step(swap, value + word->at, wanted);
	}
	return changed == 1 ? fail(-EAGAIN,
				   "map %s (id %u): the value is not as "
				   "expected",
				   swap->map->name, swap->map->info.id)
			    : changed;
}

/* -EACCES is the verifier's word, as of a timer that is no number. */
static int refused(const struct xdplab_map *map, int err)
{
	if (err == -EPERM)
		return fail_permission(err, map->name,
				       "load its helper program");
	return fail(err == -EACCES ? -EINVAL : err,
		    "map %s (id %u): cannot load the helper program: %s",
		    map->name, map->info.id,
		    err == -EACCES ? "programs may not write there"
				   : strerror(-err));
}

static int swap_once(struct swap *swap, const void *key,
		     const struct xdplab_map_cas *cas, void *value)
{
	size_t size = sizeof(*swap->request) + swap->map->info.key_size;
	int err;

	swap->size = size;
	swap->request = calloc(1, size);
	if (!swap->request)
		return map_no_memory(swap->map);
	memcpy(swap->request->key, key, swap->map->info.key_size);
	swap->prog_fd = load(swap->map, &swap->word);
	if (swap->prog_fd < 0)
		return refused(swap->map, swap->prog_fd);
	err = xdplab_map_get(swap->map, key, value);
	return err ? err : swap_until_done(swap, cas, value);
}

int xdplab_map_cas(const struct xdplab_map *map, const void *key,
		   const struct xdplab_map_cas *cas, void *value)
{
	struct swap swap = { .map = map, .prog_fd = -1 };
	int err = check(map);

	if (!err)
		err = find_word(map, cas, &swap.word);
	if (err)
		return err;
	err = swap_once(&swap, key, cas, value);
	if (swap.prog_fd >= 0)
		close(swap.prog_fd);
	free(swap.request);
	return err;
}
