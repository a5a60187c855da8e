//! Why a page was lost with its worker, and why a stream cannot go on.

use super::storage::StorageError;
use crate::message::{Milliseconds, Size, messages};

messages! {
    /// Why a page was lost: its worker did not survive it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum LostPage {
        /// The worker ended by itself, or was ended from outside.
        Crashed { how: String } = "worker-crashed",
            "the worker ended while it converted the page ({how})", "转换该网页时工作进程终止（{how}）";
        /// The page took longer than allowed.
        TimeLimit { time: Milliseconds } = "time-limit",
            "the page took longer than {time} (--time-limit)", "转换该网页超过 {time}（--time-limit）";
        /// The page needed more memory than allowed.
        MemoryLimit { size: Size } = "memory-limit",
            "the page needed more than {size} of memory (--memory-limit)",
            "转换该网页所需内存超过 {size}（--memory-limit）";
    }
}

messages! {
    /// Why a stream cannot go on. What was answered before stands; the rest is to be tried again.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum StreamError {
        /// The records cannot be read.
        Input { why: String } = "stream-input", "cannot read the records: {why}", "无法读取记录：{why}";
        /// Nobody reads the answers any more, or there is no room for them.
        Output { why: String } = "stream-output", "cannot write the answers: {why}", "无法写出应答：{why}";
        /// A store cannot be used.
        Storage { why: StorageError } = "stream-storage", "{why}", "{why}";
        /// No worker can be started.
        Worker { why: String } = "stream-worker", "no worker starts: {why}", "无法启动工作进程：{why}";
        /// A fault of guidang outside of any page.
        Internal { why: String } = "stream-internal",
            "a fault of guidang: {why}; please report it", "程序内部错误：{why}，请报告给我们";
    }
}

impl std::error::Error for LostPage {}
impl std::error::Error for StreamError {}

impl From<StorageError> for StreamError {
    fn from(why: StorageError) -> Self {
        Self::Storage { why }
    }
}
