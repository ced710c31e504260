"""What a drill found, in words."""

from typing import Any


def table(found: dict[str, Any]) -> str:
    lines = [f"{found['what']}，{found['seconds']} 秒", "  期间所见："]
    for kind, seen in found["saw"].items():
        answers = "，".join(f"{told} × {count}" for told, count in seen["answers"].items()) or "–"
        lines.append(f"    {kind:10} {answers}（最长 {seen['longest_ms']} 毫秒）")
    back = "，".join(f"{kind} {'未恢复' if after is None else f'{after} 秒'}" for kind, after in found["back"].items())
    lines.append(f"  恢复期间健康检查：{found['ready_after']['answers']}")
    lines += [f"  恢复用时：{back}", f"  上传答复：{found['uploads']}", f"  邮件：{found['mails']}"]
    lines += ["  日志中的异常：", *(f"    {count} × {what}" for what, count in found["errors"].items())]
    lines.append(f"  丢失：{'；'.join(found['lost']) or '无'}")
    return "\n".join(lines)
