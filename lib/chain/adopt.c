// SPDX-License-Identifier: LGPL-2.1-only
/*
 * adopt - makes a stage of a program that somebody else has put there
 *
 * It is run as what it is, by a tail call, so it must fit into a prog_array with
 * the chain's own programs: the kernel wants all users and members of one to
 * agree in xdp.frags and in the attach type, and tells neither of a program.
 * They are found out by trying.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "chain.h"
#include "pin/pin.h"
#include "prog/code-load.h"
#include "prog/code.h"
#include "prog/info.h"
#include "prog/prog.h"
#include "prog/run-config.h"

static int make_array(void)
{
	return bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "xdplab_probe",
			      sizeof(uint32_t), sizeof(uint32_t), 1, NULL);
}

/* Makes the array one of programs of that kind, by a program that uses it. */
static int claim(int array, uint32_t prog_flags, uint32_t attach_type)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_LD | BPF_IMM | BPF_DW,
		  .dst_reg = 2,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = array },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct code code = { .insns = insns,
				   .nr_insns = ARRAY_SIZE(insns) };
	const struct code_load_opts opts = { .name = "xdplab_probe",
					     .licence = "GPL",
					     .prog_flags = prog_flags,
					     .attach_type = attach_type };

	return code_load(&code, &opts, NULL);
}

/* Whether the program is of that kind: 0, or the kernel's error. */
static int try_kind(int prog_fd, uint32_t prog_flags, uint32_t attach_type)
{
	int array = make_array(), user, err;
	const uint32_t key = 0;

	if (array < 0)
		return array;
	user = claim(array, prog_flags, attach_type);
	err = user < 0 ? user : bpf_map_update_elem(array, &key, &prog_fd, 0);
	if (user >= 0)
		close(user);
	close(array);
	return err;
}

static int find_kind(struct pin_stage *kept, int prog_fd)
{
	static const struct {
		uint32_t prog_flags, attach_type;
	} kinds[] = { { 0, BPF_XDP },
		      { BPF_F_XDP_HAS_FRAGS, BPF_XDP },
		      { 0, 0 },
		      { BPF_F_XDP_HAS_FRAGS, 0 } };
	int err = -EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		err = try_kind(prog_fd, kinds[i].prog_flags,
			       kinds[i].attach_type);
		if (err)
			continue;
		kept->prog_flags = kinds[i].prog_flags;
		kept->attach_type = kinds[i].attach_type;
		return 0;
	}
	return err;
}

/* Its own run configuration counts, as for a program that is loaded. */
static int configure(struct pin_stage *kept, int prog_fd, const char *ifname)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	struct run_config config;
	struct btf *btf = NULL;
	int err;

	if (!bpf_obj_get_info_by_fd(prog_fd, &info, &size) && info.btf_id)
		btf = btf__load_from_kernel_by_id(info.btf_id);
	err = run_config_read(&config, btf, kept->name, ifname);
	btf__free(btf);
	if (err)
		return err;
	kept->prio = config.prio;
	kept->actions = config.actions;
	return 0;
}

static int describe(struct stage *stage, const char *ifname)
{
	struct pin_stage *kept = &stage->kept;
	struct info info = { 0 };
	int err = info_read(&info, stage->prog_fd, NULL);

	if (err)
		return fail(err, "%s: program %u: %s", ifname, kept->id,
			    strerror(-err));
	snprintf(kept->name, sizeof(kept->name), "%s", info.name);
	kept->loaded_at = info.loaded_at;
	kept->flags = PIN_STAGE_ADOPTED;
	kept->counter = COUNTER_WANTED;
	err = find_kind(kept, stage->prog_fd);
	if (!err)
		return configure(kept, stage->prog_fd, ifname);
	fail(-EOPNOTSUPP, "%s: program %s (id %u) cannot be adopted: %s",
	     ifname, kept->name, kept->id, strerror(-err));
	return advise(-EOPNOTSUPP,
		      "device-bound and extended programs cannot be "
		      "tail-called; `load --force` replaces it");
}

int stage_adopt(struct stage *stage, uint32_t prog_id, const char *ifname)
{
	struct stage adopted = { .kept = { .id = prog_id }, .fresh = true };
	int err;

	adopted.prog_fd = bpf_prog_get_fd_by_id(prog_id);
	if (adopted.prog_fd < 0)
		return fail(adopted.prog_fd, "%s: program %u: %s", ifname,
			    prog_id, strerror(-adopted.prog_fd));
	err = describe(&adopted, ifname);
	if (err)
		stage_free(&adopted);
	else
		*stage = adopted;
	return err;
}
