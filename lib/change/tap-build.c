// SPDX-License-Identifier: LGPL-2.1-only
/*
 * tap-build - the program around a chain's, which tells of each packet
 *
 *	tell(ctx, TAP_CAME);
 *	verdict = enter(ctx);
 *	tell(ctx, verdict);
 *	return verdict;
 *
 * enter() makes a tail call of the chain's program, whose exit returns here.  So
 * nothing of the chain is changed, and it can be a program of any kind.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "chain/chain.h"
#include "fuse/insns.h"
#include "pin/pin.h"
#include "prog/code-load.h"
#include "prog/code.h"
#include "prog/prog.h"
#include "tap.h"

#define TAP_NAME "xdplab_tap"

/* The stack of tell(). */
#define EVENT		     (-(int)sizeof(struct tap_event))
#define EVENT_FIELD(field)   (EVENT + (int)offsetof(struct tap_event, field))
#define CONTEXT_FIELD(field) ((int)offsetof(struct xdp_md, field))

/* Where the functions after the main one begin. */
#define TELL  11
#define ENTER 35

#define STORE32(dst, off, src)                                                 \
	{                                                                      \
		BPF_STX | BPF_MEM | BPF_W, dst, src, off, 0                    \
	}
#define CALL(distance)                                                         \
	{                                                                      \
		BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, distance            \
	}

/* A packet in several buffers has a length that only a helper knows; kernels
 * before 5.18 have neither. */
static struct bpf_insn whole_length(uint32_t prog_flags)
{
	if (prog_flags & BPF_F_XDP_HAS_FRAGS)
		return (struct bpf_insn)CALL_HELPER(BPF_FUNC_xdp_get_buff_len);
	return (struct bpf_insn)MOV64_REG(0, 0);
}

/* Functions that make tail calls must have types: int f(void *). */
static struct btf *describe(struct bpf_func_info *funcs)
{
	static const char *const names[] = { TAP_NAME, "tell", "enter" };
	static const uint32_t starts[] = { 0, TELL, ENTER };
	struct btf *btf = btf__new_empty();
	int number, pointer, proto, err = 0;

	if (!btf)
		return NULL;
	number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	pointer = btf__add_ptr(btf, 0);
	proto = btf__add_func_proto(btf, number);
	if (number < 0 || pointer < 0 || proto < 0)
		err = -ENOMEM;
	else
		err = btf__add_func_param(btf, "ctx", pointer);
	for (size_t i = 0; !err && i < ARRAY_SIZE(names); i++) {
		int id = btf__add_func(btf, names[i],
				       i ? BTF_FUNC_STATIC : BTF_FUNC_GLOBAL,
				       proto);

		if (id < 0)
			err = id;
		funcs[i] = (struct bpf_func_info){ starts[i], id };
	}
	if (!err)
		return btf;
	btf__free(btf);
	return NULL;
}

static int load_insns(const struct built *built, const struct bpf_insn *insns,
		      size_t nr)
{
	struct bpf_func_info funcs[3];
	struct code code = { .insns = (struct bpf_insn *)insns,
			     .nr_insns = nr,
			     .funcs = funcs,
			     .nr_funcs = ARRAY_SIZE(funcs) };
	const struct code_load_opts opts = {
		.name = TAP_NAME,
		.licence = "GPL",
		.prog_flags = built->prog_flags,
		.attach_type = built->attach_type,
	};
	char *log = NULL;
	int fd;

	code.btf = describe(funcs);
	if (!code.btf)
		return fail(-ENOMEM, "tap: out of memory");
	fd = code_load(&code, &opts, &log);
	if (fd < 0)
		code_refused(fd, TAP_NAME, "the tap", &code, log);
	btf__free(code.btf);
	return fd;
}

static int load(const struct built *built, int chains_fd, int events_fd)
{
	const struct bpf_insn insns[] = {
		MOV64_REG(6, 1),
		MOV64_IMM(2, TAP_CAME),
		CALL(TELL - 3), /* with TAP_CAME */
		MOV64_REG(1, 6),
		CALL(ENTER - 5),
		MOV64_REG(7, 0),
		MOV64_REG(1, 6),
		MOV64_REG(2, 7),
		CALL(TELL - 9), /* with the verdict */
		MOV64_REG(0, 7),
		EXIT,
		/* TELL: r1 the context, r2 the verdict */
		MOV64_REG(6, 1),
		STORE32(10, EVENT_FIELD(verdict), 2),
		LOAD32(2, 6, CONTEXT_FIELD(ingress_ifindex)),
		STORE32(10, EVENT_FIELD(ifindex), 2),
		LOAD32(2, 6, CONTEXT_FIELD(rx_queue_index)),
		STORE32(10, EVENT_FIELD(queue), 2),
		LOAD32(0, 6, CONTEXT_FIELD(data_end)),
		LOAD32(3, 6, CONTEXT_FIELD(data)),
		ALU64_REG(BPF_SUB, 0, 3),
		whole_length(built->prog_flags),
		STORE32(10, EVENT_FIELD(length), 0),
		MOV64_REG(3, 0),
		ALU64_IMM(BPF_LSH, 3, 32), /* bytes of the packet, and */
		{ BPF_LD | BPF_IMM | BPF_DW, 4, .imm = -1 }, /* this CPU */
		{ 0 },
		ALU64_REG(BPF_OR, 3, 4),
		MAP_FD(2, events_fd),
		MOV64_REG(4, 10),
		ALU64_IMM(BPF_ADD, 4, EVENT),
		MOV64_IMM(5, sizeof(struct tap_event)),
		MOV64_REG(1, 6),
		CALL_HELPER(BPF_FUNC_perf_event_output),
		EXIT,
		/* ENTER */
		MAP_FD(2, chains_fd),
		MOV64_IMM(3, 0),
		CALL_HELPER(BPF_FUNC_tail_call),
		MOV64_IMM(0, XDP_ABORTED),
		EXIT,
	};

	return load_insns(built, insns, ARRAY_SIZE(insns));
}

/* Its only program; the slot is emptied with the last descriptor or pin. */
static int make_slot(int prog_fd)
{
	const uint32_t slot = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, TAP_NAME,
				sizeof(uint32_t), sizeof(uint32_t), 1, NULL);
	int err = fd < 0 ? fd : bpf_map_update_elem(fd, &slot, &prog_fd, 0);

	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

static int check(const struct built *built, const char *ifname)
{
	if (built->prog_flags & BPF_F_XDP_DEV_BOUND_ONLY)
		return fail(-EOPNOTSUPP,
			    "%s: cannot tap a device-bound chain: it cannot be "
			    "tail-called",
			    ifname);
	if (built->nr_tail_calls >= TAIL_CALLS_MAX)
		return fail(-ENOSPC,
			    "%s: cannot tap the chain: it already uses the "
			    "maximum number of tail calls",
			    ifname);
	return 0;
}

int tap_build(struct built *built, const struct tap_opts *opts,
	      const char *ifname)
{
	int err = check(built, ifname), slot_fd, fd;
	enum pin_kind kind;
	uint32_t id;

	if (err)
		return err;
	slot_fd = make_slot(built->prog_fd);
	if (slot_fd < 0)
		return fail(slot_fd, "%s: tap: %s", ifname, strerror(-slot_fd));
	fd = load(built, slot_fd, opts->events_fd);
	err = fd < 0 ? fd : pin_identify(fd, &kind, &id);
	if (err) {
		close(slot_fd);
		if (fd >= 0)
			close(fd);
		return err;
	}
	close(built->prog_fd);
	built->prog_fd = fd;
	built->prog_id = id;
	built->tap_fd = slot_fd;
	return 0;
}
