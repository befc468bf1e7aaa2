//! IndexedDB in a few words: texts under names, in two stores.

use std::cell::RefCell;

use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

const NAME: &str = "confab";
/// One text per person: what they wrote.
pub(super) const OUTBOX: &str = "outbox";
/// Per person the list under their id, and each room under `person/room`.
pub(super) const ROOMS: &str = "rooms";

thread_local! {
    static OPENED: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

/// A transaction on one store. It ends by itself once nothing more is asked in it, so nothing else may be awaited.
pub(super) struct Turn {
    transaction: IdbTransaction,
    store: IdbObjectStore,
}

impl Turn {
    /// Begins one that may write, after those begun before it in any tab.
    pub(super) async fn begin(store: &str) -> Result<Self, JsValue> {
        let database = open().await?;
        let transaction = database.transaction_with_str_and_mode(store, IdbTransactionMode::Readwrite);
        if transaction.is_err() {
            // Another version of the page wanted it closed, or the browser did: it is opened anew the next time.
            OPENED.set(None);
        }
        let transaction = transaction?;
        let store = transaction.object_store(store)?;
        Ok(Self { transaction, store })
    }

    /// A text.
    pub(super) async fn read(&self, name: &str) -> Result<Option<String>, JsValue> {
        Ok(answer(&self.store.get(&name.into())?).await?.as_string())
    }

    /// The names that begin with this and a slash.
    pub(super) async fn names_under(&self, name: &str) -> Result<Vec<String>, JsValue> {
        let names = answer(&self.store.get_all_keys_with_key(&under(name)?)?).await?;
        Ok(js_sys::Array::from(&names).iter().filter_map(|name| name.as_string()).collect())
    }

    /// Writes a text; none takes it out.
    pub(super) fn write(&self, name: &str, text: Option<&str>) -> Result<(), JsValue> {
        match text {
            Some(text) => self.store.put_with_key(&text.into(), &name.into()),
            None => self.store.delete(&name.into()),
        }
        .map(drop)
    }

    /// Takes out a name and all under it.
    pub(super) fn clear(&self, name: &str) -> Result<(), JsValue> {
        self.store.delete(&name.into())?;
        self.store.delete(&under(name)?).map(drop)
    }

    /// Ends once all is written.
    pub(super) async fn end(self) -> Result<(), JsValue> {
        let ended = Promise::new(&mut |resolve, reject| {
            self.transaction.set_oncomplete(Some(&resolve));
            self.transaction.set_onabort(Some(&reject));
        });
        JsFuture::from(ended).await.map(drop)
    }
}

/// The database, opened once.
async fn open() -> Result<IdbDatabase, JsValue> {
    if let Some(database) = OPENED.with_borrow(Clone::clone) {
        return Ok(database);
    }
    let factory = window().indexed_db()?.ok_or(JsValue::NULL)?;
    let asked = factory.open_with_u32(NAME, 1)?;
    let fresh = asked.clone();
    let make = Closure::<dyn FnMut()>::new(move || {
        let database = fresh.result().ok().and_then(|database| database.dyn_into::<IdbDatabase>().ok());
        for store in [OUTBOX, ROOMS] {
            // A store that can't be made fails the opening.
            let _ = database.as_ref().map(|database| database.create_object_store(store));
        }
    });
    asked.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    let database: IdbDatabase = answer(&asked).await?.dyn_into()?;
    let open = database.clone();
    // A later version of the page that changes the stores is not to wait for this one.
    let close = Closure::once_into_js(move || open.close());
    database.set_onversionchange(Some(close.unchecked_ref()));
    OPENED.set(Some(database.clone()));
    Ok(database)
}

async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let answered = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(answered).await?;
    request.result()
}

fn under(name: &str) -> Result<JsValue, JsValue> {
    // `0` is what follows on `/`.
    let (from, to) = (format!("{name}/").into(), format!("{name}0").into());
    IdbKeyRange::bound_with_lower_open_and_upper_open(&from, &to, true, true).map(JsValue::from)
}
