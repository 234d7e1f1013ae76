// SPDX-License-Identifier: LGPL-2.1-only
/*
 * counting - a program with a map of its counters
 *
 * The map is in our memory, too: counters are read, and set back before a
 * packet, without a system call.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "instrument.h"
#include "internal.h"
#include "prog/code.h"

struct counting {
	const struct code *code;
	struct code counted; /* what the kernel gets */
	struct blocks blocks;
	struct source_line *lines;
	int map_fd;
	uint64_t *now;	/* the map: since the last counting_next() */
	uint64_t *sums; /* before that */
	bool *has;	/* which counters the program has */
};

static size_t size_of(const struct counting *counting)
{
	return counting->blocks.nr_counters * sizeof(uint64_t);
}

/* ---- begin and end ---- */

static int make_map(struct counting *counting)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counters",
				sizeof(uint32_t), size_of(counting), 1, &opts);
	void *memory;

	if (fd < 0)
		return fd;
	counting->map_fd = fd;
	memory = mmap(NULL, size_of(counting), PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	counting->now = memory;
	return 0;
}

/* Finds the counters that code has: `map` is what it calls their map. */
static void find_counters(struct counting *counting,
			  const struct bpf_insn *insns, size_t nr, int32_t map)
{
	memset(counting->has, 0, counting->blocks.nr_counters);
	for (size_t i = 0; i + 1 < nr; i++) {
		size_t counter = insns[i + 1].imm / sizeof(uint64_t);

		if (!insn_is_wide(&insns[i]))
			continue;
		if (insns[i].src_reg == BPF_PSEUDO_MAP_VALUE &&
		    insns[i].imm == map &&
		    counter < counting->blocks.nr_counters)
			counting->has[counter] = true;
		i++;
	}
}

static int prepare(struct counting *counting, int seen_fd)
{
	struct instrument_opts opts = { .seen_fd = seen_fd };
	int err = blocks_read(&counting->blocks, counting->code);

	if (err)
		return err;
	counting->lines = code_lines(counting->code);
	counting->sums = calloc(counting->blocks.nr_counters, sizeof(uint64_t));
	counting->has = calloc(counting->blocks.nr_counters, sizeof(bool));
	if (!counting->lines || !counting->sums || !counting->has)
		return -ENOMEM;
	err = make_map(counting);
	if (err)
		return err;
	opts.counters_fd = counting->map_fd;
	err = instrument(&counting->counted, counting->code, &counting->blocks,
			 &opts);
	if (!err)
		find_counters(counting, counting->counted.insns,
			      counting->counted.nr_insns, counting->map_fd);
	return err;
}

int counting_begin(struct counting **out, const struct code *code,
		   const char *name, int seen_fd)
{
	struct counting *counting = calloc(1, sizeof(*counting));
	int err = -ENOMEM;

	if (counting) {
		counting->code = code;
		counting->map_fd = -1;
		err = prepare(counting, seen_fd);
	}
	if (err) {
		counting_end(counting);
		return fail(err, "%s: cannot instrument it for coverage: %s",
			    name,
			    err == -E2BIG ? "a jump is out of range"
					  : strerror(-err));
	}
	*out = counting;
	return 0;
}

void counting_end(struct counting *counting)
{
	if (!counting)
		return;
	if (counting->now)
		munmap(counting->now, size_of(counting));
	if (counting->map_fd >= 0)
		close(counting->map_fd);
	code_free(&counting->counted);
	blocks_free(&counting->blocks);
	free(counting->lines);
	free(counting->sums);
	free(counting->has);
	free(counting);
}

/* ---- what is loaded ---- */

const struct code *counting_code(const struct counting *counting)
{
	return &counting->counted;
}

static int map_id(uint32_t *id, int map_fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(map_fd, &info, &size);

	if (!err)
		*id = info.id;
	return err;
}

/* As the verifier left them; they name maps by their ids. */
static int read_insns(struct bpf_insn **insns, size_t *nr, int prog_fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info), bytes;
	int err = bpf_obj_get_info_by_fd(prog_fd, &info, &size);

	if (err)
		return err;
	bytes = info.xlated_prog_len;
	*insns = calloc(1, bytes + 1);
	if (!*insns)
		return -ENOMEM;
	info = (struct bpf_prog_info){
		.xlated_prog_len = bytes,
		.xlated_prog_insns = (uintptr_t)*insns,
	};
	size = sizeof(info);
	err = bpf_obj_get_info_by_fd(prog_fd, &info, &size);
	/* Some kernels do not show what the verifier has made of it. */
	*nr = info.xlated_prog_insns ? bytes / sizeof(**insns) : 0;
	return err;
}

int counting_loaded(struct counting *counting, int prog_fd)
{
	struct bpf_insn *insns = NULL;
	size_t nr = 0;
	uint32_t id;
	int err = map_id(&id, counting->map_fd);

	if (!err)
		err = read_insns(&insns, &nr, prog_fd);
	if (!err && nr)
		find_counters(counting, insns, nr, id);
	free(insns);
	return err ? fail(err, "program: cannot read the loaded program: %s",
			  strerror(-err))
		   : 0;
}

/* ---- packets ---- */

void counting_next(struct counting *counting)
{
	for (size_t i = 0; i < counting->blocks.nr_counters; i++)
		counting->sums[i] += counting->now[i];
	memset(counting->now, 0, size_of(counting));
}

void counting_add(struct counting *counting, struct counting *before)
{
	counting_next(before);
	for (size_t i = 0; i < counting->blocks.nr_counters; i++)
		counting->sums[i] += before->sums[i];
}

const struct source_line *counting_decided(const struct counting *counting)
{
	return blocks_decided(&counting->blocks, counting->code,
			      counting->lines, counting->now);
}

static bool resizes(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       (insn->imm == BPF_FUNC_xdp_adjust_head ||
		insn->imm == BPF_FUNC_xdp_adjust_tail);
}

/* The last in the code's order, which is mostly that of the calls. */
const struct source_line *counting_resized(const struct counting *counting)
{
	const struct code *code = counting->code;

	for (size_t i = code->nr_insns; i-- > 0;) {
		const struct block *block;
		size_t line;

		if (!resizes(&code->insns[i]))
			continue;
		block = blocks_find(&counting->blocks, i);
		line = blocks_line(&counting->blocks, code, i);
		if (counting->now[block->counter] && line < code->nr_lines)
			return &counting->lines[line];
	}
	return NULL;
}

const uint64_t *counting_now(const struct counting *counting)
{
	return counting->now;
}

/* ---- for coverage.c ---- */

const struct code *counting_original(const struct counting *counting)
{
	return counting->code;
}

const struct blocks *counting_blocks(const struct counting *counting)
{
	return &counting->blocks;
}

const struct source_line *counting_lines(const struct counting *counting)
{
	return counting->lines;
}

bool counting_has(const struct counting *counting, uint32_t counter)
{
	return counting->has[counter];
}

const uint64_t *counting_sums(struct counting *counting)
{
	counting_next(counting);
	return counting->sums;
}
