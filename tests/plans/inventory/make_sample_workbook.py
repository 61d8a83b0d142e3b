#!/usr/bin/python3
"""Writes sample.xlsx beside this file: the sample inventory as a workbook, by openpyxl.

Run by hand when packaging/sample/inventory changes; the result is committed, because openpyxl is an
independent writer and not every machine that runs the tests has it (Debian: python3-openpyxl).
Sheet names and headers are Chinese, numbers are numbers, dates are dates, shares are percents.
"""
import csv
import datetime
import pathlib

import openpyxl

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parents[2] / "packaging" / "sample" / "inventory"
SHEETS = {
    "enterprises": "企业", "lines": "生产线", "measures": "一厂一策", "meters": "用电监管",
    "outlets": "排放口", "area_emissions": "全社会排放量", "dust_sites": "扬尘源",
    "transport_users": "运输大户", "department_tasks": "部门任务",
}
HEADERS = {
    "id": {"enterprises": "统一社会信用代码", "lines": "生产线编号", "meters": "电表编号",
           "outlets": "排放口编号", "dust_sites": "工地编号", "transport_users": "用户编号"},
    "name": {"enterprises": "企业名称", "lines": "生产线名称", "dust_sites": "工地名称",
             "transport_users": "单位名称"},
    "region": {"enterprises": "区县代码", "area_emissions": "行政区代码", "dust_sites": "区县代码",
               "transport_users": "区县代码"},
    "industry": "行业", "grade": "绩效等级", "category": "企业类别", "lon": "经度", "lat": "纬度",
    "contact": "联系人", "phone": "联系电话", "permit": "排污许可证编号", "exempt_class": "豁免类别",
    "exempt_up_to": "豁免上限", "exempt_until": "豁免有效期", "exempt_evidence": "豁免依据",
    "enterprise": "统一社会信用代码", "equipment": "主要装备", "capacity": "产能",
    "capacity_unit": "产能单位", "uninterruptible": "不可中断", "ramp_down_hours": "降负荷小时数",
    "so2_kg_d": "SO2（千克/天）", "nox_kg_d": "NOx（千克/天）", "pm_kg_d": "颗粒物（千克/天）",
    "vocs_kg_d": "VOCs（千克/天）", "idle": "长期停产", "line": "生产线编号", "level": "预警级别",
    "action": "措施", "ratio": "减排比例", "detail": "措施说明", "role": "用途",
    "rated_kw": "额定功率（kW）", "idle_kw": "待机功率（kW）", "mn": "MN号", "factors": "监测因子",
    "source": "源类", "kind": "类型", "area_m2": "面积（m2）", "vehicles_per_day": "日均车次",
    "yellow": "黄色措施", "yellow_ratio": "黄色减排比例", "orange": "橙色措施",
    "orange_ratio": "橙色减排比例", "red": "红色措施", "red_ratio": "红色减排比例",
    "owner": {"dust_sites": "责任部门", "transport_users": "责任部门", "department_tasks": "责任人"},
    "department": "部门", "task": "任务", "deadline": "完成时限", "basis": "依据",
}
WORDS = {
    "yes": "是", "no": "否", "regular": "一般", "livelihood": "保障类", "small": "小微",
    "whitelist": "自主减排白名单", "stop": "停产", "limit_load": "限产", "limit_emission": "限排",
    "self_discipline": "自主减排", "yellow": "黄色", "orange": "Ⅱ级", "red": "红色", "total": "总表",
    "production": "生产", "treatment": "治污", "industry": "工业源", "mobile": "移动源",
    "dust": "扬尘源", "residential": "生活源",
}
NUMBERS = {"lon", "lat", "capacity", "ramp_down_hours", "so2_kg_d", "nox_kg_d", "pm_kg_d",
           "vocs_kg_d", "ratio", "rated_kw", "idle_kw", "region", "area_m2", "vehicles_per_day", "yellow_ratio",
           "orange_ratio", "red_ratio"}


def main():
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table, title in SHEETS.items():
        sheet = book.create_sheet(title)
        with open(SAMPLE / f"{table}.csv", encoding="utf-8-sig", newline="") as rows:
            names, *body = list(csv.reader(rows))
        header = [HEADERS[n] if isinstance(HEADERS[n], str) else HEADERS[n][table] for n in names]
        sheet.append(header)
        for row in body:
            cells = []
            for name, text in zip(names, row):
                if text == "":
                    cells.append(None)
                elif name in NUMBERS:
                    cells.append(float(text))
                elif name == "exempt_until":
                    cells.append(datetime.date.fromisoformat(text))
                else:
                    cells.append(WORDS.get(text, text))
            sheet.append(cells)
            for number, name in enumerate(names, 1):
                if name.endswith("ratio"):
                    sheet.cell(sheet.max_row, number).number_format = "0%"
            if "exempt_until" in names:
                sheet.cell(sheet.max_row, names.index("exempt_until") + 1).number_format = (
                    'yyyy"年"m"月"d"日"')
    book.save(HERE / "sample.xlsx")


if __name__ == "__main__":
    main()
