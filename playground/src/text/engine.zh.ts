// What the engine says, in Chinese: its refusals and notes as patterns, the commonest first. A line that is not here stays as it
// is; names, numbers and places within it always do.

export type Phrases = readonly (readonly [pattern: RegExp, words: string])[];

export const engineZh: Phrases = [
  // Settings.
  [/^(`[^`]*`) is (\S+), but must be from (\S+) to (\S+); taken as (\S+)$/, '$1 为 $2，应在 $3 到 $4 之间；已取 $5'],
  [/^(`[^`]*`) is (\S+), but must be from (\S+) to (\S+); help: .*$/, '$1 为 $2，应在 $3 到 $4 之间；请改为该范围内的值'],
  [/^(`[^`]*`) is (\S+), but must be (.+); (?:taken as|help:).*$/, '$1 不能为 $2（要求：$3）'],
  [/^there is no setting (`[^`]*`); help: .*$/, '没有名为 $1 的设置；请删去它'],
  [/^unknown (\S+) (`[^`]*`); help: .*$/, '未知的 $1：$2'],
  [/^the configuration cannot be read: (.*); help: .*$/, '无法读取配置：$1；省略的键取默认值'],
  [/^(`[^`]*`) is outside (\S+) to (\S+), and (\S+) is taken$/, '$1 超出 $2 到 $3 的范围，已取 $4'],
  [/^(`[^`]*`) is no number, and (\S+) is taken$/, '$1 不是数字，已取 $2'],
  [/^(`[^`]*`) is not whole, and (\S+) is taken$/, '$1 不是整数，已取 $2'],
  [/^no feature is on, and x1 and x2 are taken$/, '没有选中任何特征，已取 x1 和 x2'],
  [/^TensorFlow Playground has no (`[^`]*`) as (.*); help: .*$/, 'TensorFlow Playground 中 $1 不能为 $2；请改回，或将 `compatible` 设为 false'],
  // Links, models, points.
  [/^the session cannot be read: (.*); help: .*$/, '无法读取会话：$1；请重新开始'],
  [/^(\S+) characters are too many for a link; help: .*$/, '链接需要 $1 个字符，过长；请将模型保存为文件'],
  [/^this is not a Gradus model file: (.*); help: .*$/, '这不是 Gradus 模型文件：$1；请打开由 `gradus train` 写出的 model.gradus'],
  [/^the model gives (\d+) numbers, the session asks for (\d+); help: .*$/, '模型输出 $1 个数，而当前数据需要 $2 个；请先选择它自己的数据'],
  [/^the model reads (\d+) numbers, here it would get (\d+); help: .*$/, '模型读取 $1 个数，而这里提供 $2 个；请先选择它自己的数据'],
  [/^the data have other columns than x1 and x2; help: .*$/, '当前数据的列不是 x1 和 x2；请在平面数据上绘点'],
  // Tables.
  [/^there is no table yet; help: .*$/, '还没有表格；请选择一个 CSV 文件'],
  [/^(\d+) bytes are more than (\d+), (.*); help: .*$/, '文件有 $1 字节，超过上限 $2：$3；请用 `gradus train` 训练'],
  [/^the file is empty, (.*); help: .*$/, '文件为空：$1；请写入表头和数据行'],
  [/^(\d+) data rows, but (\d+) are needed, (.*); help: .*$/, '只有 $1 行数据，至少需要 $2 行：$3'],
  [/^no column holds numbers, and nothing can be drawn; help: .*$/, '没有数值列，无法绘图；请选择含数值列的数据'],
  [/^(`[^`]*`) is not a number, (.*); help: .*$/, '$1 不是数字，$2；请改正该单元格，缺失值请留空'],
  [/^(`[^`]*`) is not a finite number, (.*); help: .*$/, '$1 不是有限的数，$2；缺失值请留空'],
  [/^there is no column (`[^`]*`), (.*); help: .*$/, '没有名为 $1 的列，$2'],
  [/^columns (\d+) and (\d+) are both called (`[^`]*`), (.*); help: .*$/, '第 $1 列与第 $2 列同名 $3，$4；请改名'],
  [/^column (\d+) has no name, (.*); help: .*$/, '第 $1 列没有名字，$2；请在表头中命名'],
  [/^\S+ (?:row does|rows do) not have the (\d+) fields of line (\d+): (.*); help: .*$/, '有的行字段数与第 $2 行的 $1 个不同：$3'],
  [/^a quote is opened and never closed, (.*); help: .*$/, '引号没有闭合，$1'],
  [/^text stands after a closing quote, (.*); help: .*$/, '闭合的引号后还有文字，$1'],
  [/^a NUL byte, (.*); help: .*$/, '含有空字节，$1；这不是文本文件，或已损坏'],
  [/^the text looks like UTF-16, (.*); help: .*$/, '文本似乎是 UTF-16 编码，$1；请转换为 UTF-8'],
  [/^byte (0x\w+) is not UTF-8, (.*); help: .*$/, '字节 $1 不是 UTF-8，$2；请转换为 UTF-8'],
  [/^the target has only one class, (`[^`]*`), (.*); help: .*$/, '目标只有一个类别 $1，$2；请选择另一列'],
  [/^the target (`[^`]*`) has (\d+) different classes, more than (\d+), (.*); help: .*$/, '目标 $1 有 $2 个类别，超过上限 $3，$4；请选择另一列'],
  [/^no column is left to learn from, (.*); help: .*$/, '没有可供学习的列，$1；只有目标列是不够的'],
];
