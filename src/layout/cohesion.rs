//! Judges where a title may be divided without cutting a word, from how its characters go together in the document.
//!
//! Without a dictionary: two characters that stand side by side in the body nearly as often as the rarer of them
//! stands at all (`高水平`, `标准化`) belong to a word; two that do not (`公开|标准`) are a place to divide.

use std::collections::HashMap;

use crate::document::{Block, Document, text};

/// How close each two neighbours of a line are, 0 (strangers) to about 1 (always together).
pub(super) fn cohesion(line: &[char], document: &Document) -> Vec<f32> {
    let mut pairs: HashMap<(char, char), u32> = line.windows(2).map(|pair| ((pair[0], pair[1]), 0)).collect();
    let mut single: HashMap<char, u32> = line.iter().map(|&c| (c, 0)).collect();
    let mut body = String::new();
    for block in document.body.iter().filter(|block| !matches!(block, Block::Title { .. })).take(400) {
        text::blocks(std::slice::from_ref(block), document, &mut body);
    }
    let mut before = ' ';
    for c in body.chars() {
        if let Some(count) = single.get_mut(&c) {
            *count += 1;
            if let Some(count) = pairs.get_mut(&(before, c)) {
                *count += 1;
            }
        }
        before = c;
    }
    line.windows(2)
        .map(|pair| {
            let count = |number: u32| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
            let together = count(pairs[&(pair[0], pair[1])]);
            let rarer = count(single[&pair[0]].min(single[&pair[1]]));
            // Characters the body does not know tell nothing.
            if rarer == 0.0 { UNKNOWN } else { together / rarer }
        })
        .map(|cohesion| cohesion.min(1.0))
        .zip(wholes(line))
        .zip(line.windows(2))
        .map(|((cohesion, whole), pair)| cohesion + whole + manners(pair[0], pair[1]))
        .collect()
}

/// Cohesion of characters that do not occur in the body.
const UNKNOWN: f32 = 0.4;

/// Words of titles that are not divided.
const WORDS: [&str; 73] = [
    "通知",
    "意见",
    "决定",
    "办法",
    "公告",
    "通告",
    "规定",
    "方案",
    "细则",
    "条例",
    "报告",
    "批复",
    "公报",
    "规划",
    "计划",
    "纪要",
    "答复",
    "复函",
    "解读",
    "目录",
    "名单",
    "标准",
    "指南",
    "要点",
    "措施",
    "政策",
    "制度",
    "关于",
    "印发",
    "转发",
    "进一步",
    "中华人民共和国",
    "人民政府",
    "人民代表大会",
    "政治协商会议",
    "常务委员会",
    "委员会",
    "国务院",
    "办公厅",
    "办公室",
    "管理局",
    "自治区",
    "自治州",
    "有限公司",
    "研究院",
    "博物馆",
    "美术馆",
    "文化节",
    "运动会",
    "博览会",
    "座谈会",
    "新闻发布会",
    "试行",
    "修订",
    "暂行",
    "工作",
    "管理",
    "实施",
    "建设",
    "发展",
    "活动",
    "会议",
    "项目",
    "工程",
    "系统",
    "市民",
    "启动",
    "开幕",
    "召开",
    "举办",
    "举行",
    "专项",
    "培训班",
];

/// More words that titles are full of, which their bodies may not have.
const COMMON: &str = "安全 教育 整治 行动 改革 经济 社会 企业 技术 科技 科学 农业 医疗 卫生 健康 服务 公共 环境 保护 监督 检查 \
    考核 质量 生产 消防 文化 旅游 教师 学生 招生 就业 创业 资金 补贴 财政 税务 市场 信息 网络 数据 政务 公开 审批 行政 执法 招聘 \
    考试 录用 采购 招标 中标 公示 结果 土地 征收 房屋 城市 农村 乡村 振兴 扶贫 基层 人才 培养 职业 医院 学校 大学 中学 小学 \
    幼儿园 残疾人 未成年人 食品 药品 疫情 防控 应急 预案 灾害 地震 气象 水利 交通 运输 铁路 公路 民航 邮政 能源 电力 煤矿 金融 \
    银行 保险 证券 投资 贸易 海关 知识 产权 专利 收费 价格 国际 国家 全国 全市 全省 地方 中央 部门 机关 单位 人员 干部 职工 代表 \
    委员 建议 提案 问题 情况 有关 推进 加强 促进 开展 做好 支持 鼓励 加快 组织 试点 示范 评选 表彰 先进 优秀 作品";

/// For each place between two characters of `line`: how much it stands inside a word, a number with its measure, or a
/// title or quotation.
fn wholes(line: &[char]) -> Vec<f32> {
    let mut prices = vec![0.0f32; line.len().saturating_sub(1)];
    for word in WORDS.into_iter().chain(COMMON.split_whitespace()) {
        let word: Vec<char> = word.chars().collect();
        for (start, window) in line.windows(word.len()).enumerate() {
            if window == word {
                prices[start..start + word.len() - 1].iter_mut().for_each(|price| *price = price.max(1.0));
            }
        }
    }
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百千〇零".contains(c);
    for (at, pair) in line.windows(2).enumerate() {
        let measure = "年月日届次号批个条章期轮周项名";
        let ordinal = pair[0] == '第' && numeral(pair[1]);
        if ordinal || (numeral(pair[0]) && (numeral(pair[1]) || measure.contains(pair[1]))) {
            prices[at] += 1.0;
        }
    }
    let mut depth = 0.0f32;
    for (at, &c) in line.iter().enumerate() {
        match c {
            '《' => depth += 1.6,
            '》' => depth = (depth - 1.6).max(0.0),
            '〈' | '“' | '（' | '〔' => depth += 0.9,
            '〉' | '”' | '）' | '〕' => depth = (depth - 0.9).max(0.0),
            _ => {}
        }
        if let Some(price) = prices.get_mut(at) {
            *price += depth.min(2.2);
        }
    }
    prices
}

/// What the language says of a division between two characters: a line does not begin with a particle, and ends
/// well with one.
fn manners(before: char, after: char) -> f32 {
    let particle = |c: char| matches!(c, '的' | '和' | '与' | '及' | '等' | '了' | '暨');
    if particle(after) {
        0.8
    } else if particle(before)
        || matches!(before, '、' | '，' | '》' | '”' | '）' | ' ')
        || matches!(after, '《' | '“' | '—')
    {
        -0.3
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::samples::{document, paragraph};

    #[test]
    fn words_numbers_and_titles_stay_whole() {
        let places = |line: &str| cohesion(&line.chars().collect::<Vec<_>>(), &document(Vec::new()));
        let line = places("第十一届通知");
        assert!(line[3] < line[0] && line[3] < line[1] && line[3] < line[2] && line[3] < line[4], "{line:?}");
        let line = places("印发《规章》的通知");
        assert!(line[1] < line[3] && line[5] > line[6], "{line:?}");
    }

    #[test]
    fn words_of_the_body_hold_together() {
        let body = "促进高水平开放，推动高质量发展。综合保税区开放，保税区的发展水平，质量高。".repeat(3);
        let document = document(vec![paragraph(&body)]);
        let line: Vec<char> = "综合保税区高水平开放".chars().collect();
        let cohesion = cohesion(&line, &document);
        // 区|高 is a better place than 高|水 or 水|平.
        assert!(cohesion[4] < cohesion[5] && cohesion[4] < cohesion[6], "{cohesion:?}");
    }
}
