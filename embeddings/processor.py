"""What this machine's processor offers to the encoder: cores that may be used, bfloat16."""

from __future__ import annotations

import os
from pathlib import Path


def available_cores() -> int:
    """Physical cores that this process may use: its affinity and its control group's quota."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    cpus = affinity(0) if affinity else range(os.cpu_count() or 1)
    topology = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    cores = len({_read(topology.format(cpu)) or str(cpu) for cpu in cpus})
    quota, period = (_read("/sys/fs/cgroup/cpu.max") or "max 1").split()
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively; else that is slower than float32."""
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(_read("/proc/cpuinfo").split())


def _read(path: str) -> str:
    """The text of a system file, empty where the system has none."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
